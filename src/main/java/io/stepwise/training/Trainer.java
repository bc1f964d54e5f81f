package io.stepwise.training;

import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotPublished;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Trains served models further, one at a time, and tells how far it is. The work is done by a
 * {@link TrainingWorker}, so this actor answers at once whatever the worker does.
 */
public final class Trainer extends AbstractBehavior<Trainer.Command> {

  /** What a trainer understands. */
  public sealed interface Command {}

  /** What a trainer is told by others than its worker, perhaps from another node. */
  public sealed interface Order extends Command {}

  /** Begins a training; answered when it has begun, or cannot. */
  public record Start(TrainingOrder order, ActorRef<TrainingReply> replyTo) implements Order {}

  /** Holds the training where it is. */
  public record Pause(ActorRef<TrainingReply> replyTo) implements Order {}

  /** Goes on after a pause. */
  public record Resume(ActorRef<TrainingReply> replyTo) implements Order {}

  /** Ends the training where it is, with a checkpoint from which it can be gone on with. */
  public record Stop(ActorRef<TrainingReply> replyTo) implements Order {}

  /** Asks where the trainer is. */
  public record Tell(ActorRef<TrainingStatus> replyTo) implements Order {}

  /**
   * Wants to be told where the trainer is, now and a few times a second while that changes, and
   * what the published versions draw: the newest now, others when they are drawn.
   */
  public record Watch(ActorRef<TrainingEvent> watcher) implements Order {}

  /** Does not want to be told any more; nothing if it was not. */
  public record Unwatch(ActorRef<TrainingEvent> watcher) implements Order {}

  /** The training is opened, anew or after a failure. */
  record Began(int step, int of, int batchSize) implements Command {}

  /** An update was made. */
  record Stepped(TrainingStep step, double smoothedLoss) implements Command {}

  /** A version can be loaded. */
  record Published(Snapshot snapshot) implements Command {}

  /** A version has been drawn with. */
  record Drawn(TrainingSamples samples) implements Command {}

  /** Something failed that will be tried again. */
  record Troubled(String error) implements Command {}

  /** What failed has succeeded. */
  enum Recovered implements Command {
    INSTANCE
  }

  /**
   * The worker ends.
   *
   * @param error why it failed; null if it did not
   * @param isOrderWrong whether another order might have been carried out
   */
  record Ended(TrainingStatus.State state, @Nullable String error, boolean isOrderWrong)
      implements Command {

    static final Ended FINISHED = new Ended(TrainingStatus.State.FINISHED, null, false);
    static final Ended STOPPED = new Ended(TrainingStatus.State.IDLE, null, false);

    static Ended failed(String error, boolean isOrderWrong) {
      return new Ended(TrainingStatus.State.FAILED, error, isOrderWrong);
    }
  }

  /** The worker's actor and its thread are gone. */
  private enum WorkerGone implements Command {
    INSTANCE
  }

  /** Time to tell those who watch. */
  private enum TellWatchers implements Command {
    INSTANCE
  }

  private static final Duration BETWEEN_REPORTS = Duration.ofMillis(250);

  private final TimerScheduler<Command> timers;
  private final Map<String, TrainableModel> models = new LinkedHashMap<>();
  private final TrainerOptions options;
  private final Pace pace;
  private final Consumer<SnapshotPublished> announce;
  private final Set<ActorRef<TrainingEvent>> watchers = new HashSet<>();
  private TrainingStatus.State state = TrainingStatus.State.IDLE;
  private @Nullable TrainingRecord training;
  private @Nullable TrainingSamples samples;
  private @Nullable ActorRef<TrainingWorker.Command> worker;
  private @Nullable ActorRef<TrainingReply> starter;
  private @Nullable Ended ending;

  /**
   * Returns a trainer that does nothing yet.
   *
   * @param models what can be trained, the one for orders that name none first
   * @param isBusy tells quickly, on any thread, whether images are being made
   * @param announce told of each version as soon as it can be loaded; quick, on this actor's thread
   */
  public static Behavior<Command> create(
      List<TrainableModel> models,
      TrainerOptions options,
      BooleanSupplier isBusy,
      Consumer<SnapshotPublished> announce) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new Trainer(
                        context,
                        timers,
                        models,
                        options,
                        new Pace(options.share(), options.shareWhenBusy(), isBusy),
                        announce)));
  }

  private Trainer(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      List<TrainableModel> models,
      TrainerOptions options,
      Pace pace,
      Consumer<SnapshotPublished> announce) {
    super(context);
    this.timers = timers;
    models.forEach(model -> this.models.put(model.name(), model));
    this.options = options;
    this.pace = pace;
    this.announce = announce;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Start.class, this::onStart)
        .onMessage(Pause.class, this::onPause)
        .onMessage(Resume.class, this::onResume)
        .onMessage(Stop.class, this::onStop)
        .onMessage(Tell.class, this::onTell)
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Unwatch.class, this::onUnwatch)
        .onMessage(Began.class, this::onBegan)
        .onMessage(Stepped.class, this::onStepped)
        .onMessage(Published.class, this::onPublished)
        .onMessage(Drawn.class, this::onDrawn)
        .onMessage(Troubled.class, troubled -> onError(troubled.error()))
        .onMessageEquals(Recovered.INSTANCE, () -> onError(null))
        .onMessage(Ended.class, this::onEnded)
        .onMessageEquals(WorkerGone.INSTANCE, this::onWorkerGone)
        .onMessageEquals(TellWatchers.INSTANCE, this::onTellWatchers)
        .build();
  }

  private Behavior<Command> onStart(Start start) {
    if (worker != null) {
      start
          .replyTo()
          .tell(refusal(TrainingReply.Reason.ALREADY_RUNNING, "a training is under way"));
      return this;
    }
    TrainingOrder order = start.order();
    String name = order.model() == null ? models.keySet().iterator().next() : order.model();
    TrainableModel model = models.get(name);
    if (model == null) {
      String message =
          "model: %s (expected: one of %s)".formatted(name, String.join(", ", models.keySet()));
      start
          .replyTo()
          .tell(new TrainingReply.Refused(TrainingReply.Reason.UNKNOWN_MODEL, "model", message));
      return this;
    }
    ActorRef<TrainingWorker.Command> begun =
        getContext()
            .spawnAnonymous(
                TrainingWorker.create(
                    new TrainingWorker.Task(model, order, options, pace, getContext().getSelf())),
                TrainingWorker.ownThread());
    getContext().watchWith(begun, WorkerGone.INSTANCE);
    worker = begun;
    starter = start.replyTo();
    ending = null;
    training = new TrainingRecord(name);
    state = TrainingStatus.State.RUNNING;
    return changed();
  }

  private Behavior<Command> onPause(Pause pause) {
    return steer(pause.replyTo(), TrainingStatus.State.PAUSED, TrainingWorker.Pause.INSTANCE);
  }

  private Behavior<Command> onResume(Resume resume) {
    return steer(resume.replyTo(), TrainingStatus.State.RUNNING, TrainingWorker.Resume.INSTANCE);
  }

  private Behavior<Command> onStop(Stop stop) {
    return steer(stop.replyTo(), TrainingStatus.State.STOPPING, TrainingWorker.Stop.INSTANCE);
  }

  /** A training that is being stopped can neither be paused nor resumed. */
  private Behavior<Command> steer(
      ActorRef<TrainingReply> replyTo,
      TrainingStatus.State wanted,
      TrainingWorker.Command command) {
    if (worker == null || training == null) {
      replyTo.tell(refusal(TrainingReply.Reason.NOT_RUNNING, "no training is under way"));
      return this;
    }
    if (state != TrainingStatus.State.STOPPING) {
      worker.tell(command);
      training.interruptRate();
      state = wanted;
    }
    replyTo.tell(new TrainingReply.Accepted(status()));
    return changed();
  }

  private Behavior<Command> onTell(Tell tell) {
    tell.replyTo().tell(status());
    return this;
  }

  private Behavior<Command> onWatch(Watch watch) {
    if (watchers.add(watch.watcher())) {
      getContext().watchWith(watch.watcher(), new Unwatch(watch.watcher()));
    }
    watch.watcher().tell(status());
    if (samples != null) {
      watch.watcher().tell(samples);
    }
    return this;
  }

  private Behavior<Command> onUnwatch(Unwatch unwatch) {
    if (watchers.remove(unwatch.watcher())) {
      getContext().unwatch(unwatch.watcher());
    }
    return this;
  }

  private Behavior<Command> onBegan(Began began) {
    if (training != null) {
      training.begin(began.step(), began.of(), began.batchSize());
    }
    if (worker != null && state == TrainingStatus.State.PAUSED) {
      // A failure forgets that its worker was paused.
      worker.tell(TrainingWorker.Pause.INSTANCE);
    }
    answerStarter(new TrainingReply.Accepted(status()));
    return changed();
  }

  private Behavior<Command> onStepped(Stepped stepped) {
    if (training != null) {
      training.add(stepped.step(), stepped.smoothedLoss(), System.nanoTime());
    }
    return changed();
  }

  private Behavior<Command> onPublished(Published published) {
    if (training != null) {
      training.add(published.snapshot());
    }
    getContext()
        .getLog()
        .info(
            "published {} of {} after {} updates",
            published.snapshot().digest(),
            published.snapshot().model(),
            published.snapshot().step());
    announce.accept(new SnapshotPublished(published.snapshot()));
    return changed();
  }

  private Behavior<Command> onDrawn(Drawn drawn) {
    samples = drawn.samples();
    watchers.forEach(watcher -> watcher.tell(drawn.samples()));
    return this;
  }

  private Behavior<Command> onError(@Nullable String error) {
    if (error != null) {
      getContext().getLog().warn("training: {}", error);
    }
    if (training != null) {
      training.setError(error);
    }
    return changed();
  }

  private Behavior<Command> onEnded(Ended ended) {
    ending = ended;
    if (ended.error() != null) {
      onError(ended.error());
      answerStarter(
          new TrainingReply.Refused(
              ended.isOrderWrong()
                  ? TrainingReply.Reason.INVALID
                  : TrainingReply.Reason.CANNOT_BEGIN,
              ended.isOrderWrong() ? ended.error().split(":", 2)[0] : null,
              ended.error()));
    }
    return changed();
  }

  private Behavior<Command> onWorkerGone() {
    worker = null;
    Ended how = ending;
    if (how == null) {
      // Stopped while it waited to be started again, or its actor was.
      how =
          state == TrainingStatus.State.STOPPING
              ? Ended.STOPPED
              : Ended.failed("ended unexpectedly", false);
      onError(how.error());
    }
    state = how.state();
    answerStarter(refusal(TrainingReply.Reason.CANNOT_BEGIN, "the training ended"));
    return changed();
  }

  private Behavior<Command> onTellWatchers() {
    TrainingStatus now = status();
    watchers.forEach(watcher -> watcher.tell(now));
    return this;
  }

  private void answerStarter(TrainingReply reply) {
    if (starter != null) {
      starter.tell(reply);
      starter = null;
    }
  }

  private Behavior<Command> changed() {
    if (!watchers.isEmpty() && !timers.isTimerActive(TellWatchers.INSTANCE)) {
      timers.startSingleTimer(TellWatchers.INSTANCE, TellWatchers.INSTANCE, BETWEEN_REPORTS);
    }
    return this;
  }

  private TrainingStatus status() {
    return training == null
        ? new TrainingStatus(state, null, 0, 0, null, pace.now(), List.of(), List.of(), null)
        : training.status(state, pace.now());
  }

  private static TrainingReply refusal(TrainingReply.Reason reason, String message) {
    return new TrainingReply.Refused(reason, null, message);
  }
}
