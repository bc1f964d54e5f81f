package io.stepwise.http;

import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingEvent;
import io.stepwise.training.TrainingOrder;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import io.stepwise.training.TrainingStatus.State;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A trainer that is at its twentieth update as soon as it has begun, and stays there. */
final class StandInTrainer {

  private final Set<ActorRef<TrainingEvent>> watchers = ConcurrentHashMap.newKeySet();
  private volatile TrainingStatus status = status(State.IDLE, 0);
  private volatile TrainingOrder order;

  Behavior<Trainer.Command> behavior() {
    return Behaviors.receive(Trainer.Command.class)
        .onMessage(
            Trainer.Start.class,
            start -> {
              order = start.order();
              return to(State.RUNNING, start.replyTo());
            })
        .onMessage(Trainer.Pause.class, pause -> to(State.PAUSED, pause.replyTo()))
        .onMessage(Trainer.Resume.class, resume -> to(State.RUNNING, resume.replyTo()))
        .onMessage(Trainer.Stop.class, stop -> to(State.IDLE, stop.replyTo()))
        .onMessage(
            Trainer.Tell.class,
            tell -> {
              tell.replyTo().tell(status);
              return Behaviors.same();
            })
        .onMessage(
            Trainer.Watch.class,
            watch -> {
              watchers.add(watch.watcher());
              watch.watcher().tell(status);
              return Behaviors.same();
            })
        .onMessage(
            Trainer.Unwatch.class,
            unwatch -> {
              watchers.remove(unwatch.watcher());
              return Behaviors.same();
            })
        .build();
  }

  /** Tells those who watch of samples. */
  void draw(TrainingSamples samples) {
    watchers.forEach(watcher -> watcher.tell(samples));
  }

  TrainingStatus status() {
    return status;
  }

  TrainingOrder order() {
    return order;
  }

  private Behavior<Trainer.Command> to(State state, ActorRef<TrainingReply> replyTo) {
    status = status(state, 20);
    replyTo.tell(new TrainingReply.Accepted(status));
    watchers.forEach(watcher -> watcher.tell(status));
    return Behaviors.same();
  }

  private TrainingStatus status(State state, int step) {
    return new TrainingStatus(
        state,
        "toy",
        step,
        order == null ? 0 : order.steps(),
        step == 0 ? null : new TrainingStatus.Figures(0.25, 0.25, 0.3, 0.3, 1e-4, 61.0),
        1,
        step == 0
            ? List.of()
            : List.of(
                new TrainingStatus.Point(10, 0.5, null), new TrainingStatus.Point(20, 0.25, 0.3)),
        List.of(),
        null);
  }
}
