package io.stepwise.training;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The trainer for callers that are no actors. Thread safe. */
public final class TrainingClient {

  /** Opening data and weights may take a while. */
  private static final Duration BEGINNING = Duration.ofMinutes(2);

  private static final Duration ANSWER = Duration.ofSeconds(10);

  private final ActorRef<? super Trainer.Order> trainer;
  private final ActorSystem<?> system;

  /** Speaks to a trainer. */
  public TrainingClient(ActorRef<? super Trainer.Order> trainer, ActorSystem<?> system) {
    this.trainer = trainer;
    this.system = system;
  }

  /**
   * Begins a training and completes when it has begun or cannot; with a {@code TimeoutException} if
   * that takes very long, whatever becomes of it then.
   */
  public CompletionStage<TrainingReply> start(TrainingOrder order) {
    return ask(replyTo -> new Trainer.Start(order, replyTo), BEGINNING);
  }

  /** Holds the training where it is. */
  public CompletionStage<TrainingReply> pause() {
    return ask(Trainer.Pause::new, ANSWER);
  }

  /** Goes on after a pause. */
  public CompletionStage<TrainingReply> resume() {
    return ask(Trainer.Resume::new, ANSWER);
  }

  /** Ends the training where it is. */
  public CompletionStage<TrainingReply> stop() {
    return ask(Trainer.Stop::new, ANSWER);
  }

  /** Completes with where the trainer is. */
  public CompletionStage<TrainingStatus> status() {
    return ask(Trainer.Tell::new, ANSWER);
  }

  /**
   * Wants a watcher told where the trainer is and what the published versions draw, now and
   * whenever that changes, until it ends.
   */
  public void watch(ActorRef<TrainingEvent> watcher) {
    trainer.tell(new Trainer.Watch(watcher));
  }

  /** Ends what {@link #watch} began. */
  public void unwatch(ActorRef<TrainingEvent> watcher) {
    trainer.tell(new Trainer.Unwatch(watcher));
  }

  private <T> CompletionStage<T> ask(
      Function<ActorRef<T>, Trainer.Order> question, Duration patience) {
    return AskPattern.ask(
        trainer.<Trainer.Order>narrow(), question::apply, patience, system.scheduler());
  }
}
