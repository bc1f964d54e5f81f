package io.stepwise.training;

import io.stepwise.data.DatasetException;
import io.stepwise.network.ModelFolderException;
import io.stepwise.network.NetworkException;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.event.Level;

/**
 * Makes the updates of one training on a thread of its own, which it blocks: one a message, so that
 * an order waits for one update at most.
 *
 * <p>After a failure its supervisor starts it again, with a pause that doubles, and it goes on from
 * the last checkpoint. A training that cannot go on, such as one whose loss is not finite, ends
 * instead. A version or a checkpoint that cannot be written is tried again later; the training goes
 * on meanwhile. It tells the trainer all of that.
 *
 * <p>When a version is published, its samples are drawn before the next update, one denoising step
 * a message.
 */
final class TrainingWorker extends AbstractBehavior<TrainingWorker.Command> {

  /** What a worker understands. */
  sealed interface Command {}

  /** Makes the next update, if it is time. */
  private enum Continue implements Command {
    INSTANCE
  }

  /** Holds the training where it is, and writes that down. */
  enum Pause implements Command {
    INSTANCE
  }

  /** Goes on after a pause. */
  enum Resume implements Command {
    INSTANCE
  }

  /** Writes down where the training is and ends. */
  enum Stop implements Command {
    INSTANCE
  }

  /**
   * What a worker is made for.
   *
   * @param trainer told what becomes of it
   */
  record Task(
      TrainableModel model,
      TrainingOrder order,
      TrainerOptions options,
      Pace pace,
      ActorRef<Trainer.Command> trainer) {}

  private final Task task;
  private final TimerScheduler<Command> timers;
  private final TrainingJob job;
  private final Trouble trouble;
  private final SampleDrawer samples;
  private boolean isPaused;
  private boolean isEnded;
  private Duration computed = Duration.ZERO;
  private long worked = System.nanoTime();
  private long saved = System.nanoTime();
  private int savedStep;
  private long published = System.nanoTime();
  private boolean isPublishingDue;
  private Optional<Double> validationLoss = Optional.empty();

  /** Returns a supervised worker that begins when it starts. */
  static Behavior<Command> create(Task task) {
    AtomicBoolean begun = new AtomicBoolean();
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context -> Behaviors.withTimers(timers -> begin(context, timers, task, begun))))
        .onFailure(
            RuntimeException.class,
            SupervisorStrategy.restartWithBackoff(
                    task.options().minBackoff(), task.options().maxBackoff(), 0.1)
                .withLogLevel(Level.WARN));
  }

  /** Returns the dispatcher that gives the worker its thread. */
  static DispatcherSelector ownThread() {
    return DispatcherSelector.fromConfig("stepwise-dispatchers.training");
  }

  private static Behavior<Command> begin(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Task task,
      AtomicBoolean begun) {
    context.setLoggerName(TrainingWorker.class);
    TrainingJob job;
    try {
      job = TrainingJob.open(task.model(), task.order(), begun.get(), task.options().threads());
    } catch (IllegalArgumentException e) {
      return cannotBegin(task, NetworkException.reason(e), !begun.get());
    } catch (IOException e) {
      return cannotBegin(task, Trouble.reason(e, task.model().runFolder()), false);
    } catch (TrainingException | DatasetException | ModelFolderException | SnapshotException e) {
      return cannotBegin(task, NetworkException.reason(e), false);
    } catch (Throwable failure) {
      task.trainer()
          .tell(new Trainer.Troubled("cannot begin: " + NetworkException.reason(failure)));
      throw asException("cannot begin", failure);
    }
    begun.set(true);
    TrainingOptions options = job.options();
    task.trainer().tell(new Trainer.Began(job.step(), options.steps(), options.batchSize()));
    TrainingWorker worker = new TrainingWorker(context, timers, task, job);
    context.getSelf().tell(Continue.INSTANCE);
    return worker;
  }

  private static Behavior<Command> cannotBegin(Task task, String reason, boolean isOrderWrong) {
    task.trainer().tell(Trainer.Ended.failed(reason, isOrderWrong));
    return Behaviors.stopped();
  }

  private TrainingWorker(
      ActorContext<Command> context, TimerScheduler<Command> timers, Task task, TrainingJob job) {
    super(context);
    this.task = task;
    this.timers = timers;
    this.job = job;
    this.savedStep = job.step();
    this.trouble = new Trouble(task.trainer(), task.model().runFolder());
    this.samples = new SampleDrawer(task.model().store(), task.options().threads());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Continue.INSTANCE, this::onContinue)
        .onMessageEquals(Pause.INSTANCE, this::onPause)
        .onMessageEquals(Resume.INSTANCE, this::onResume)
        .onMessageEquals(Stop.INSTANCE, this::onStop)
        .onSignal(PreRestart.class, signal -> release())
        .onSignal(PostStop.class, signal -> onPostStop())
        .build();
  }

  private Behavior<Command> onContinue() {
    if (isPaused) {
      return this;
    }
    try {
      return proceed();
    } catch (TrainingException e) {
      return end(Trainer.Ended.failed(NetworkException.reason(e), false));
    } catch (Throwable failure) {
      task.trainer().tell(new Trainer.Troubled("update: " + NetworkException.reason(failure)));
      throw asException("update", failure);
    }
  }

  private Behavior<Command> proceed() {
    Duration wait = task.pace().remaining(computed, since(worked));
    if (hasWork() && wait.isZero()) {
      work();
      wait = task.pace().remaining(computed, since(worked));
    }
    keep();
    if (hasWork()) {
      return continueAfter(wait);
    }
    return isPublishingDue || !trouble.isNone()
        ? continueAfter(task.options().retry())
        : end(Trainer.Ended.FINISHED);
  }

  private boolean hasWork() {
    return samples.hasWork() || !job.isOver();
  }

  private void work() {
    long begin = System.nanoTime();
    if (samples.hasWork()) {
      samples.proceed().ifPresent(this::tell);
    } else {
      update();
    }
    computed = since(begin);
    worked = System.nanoTime();
  }

  private void tell(TrainingSamples drawn) {
    task.trainer().tell(new Trainer.Drawn(drawn));
    try {
      job.add(drawn.grid());
    } catch (IOException e) {
      getContext().getLog().warn("the samples are missing in the event file", e);
    }
  }

  private void update() {
    TrainingStep step = job.update();
    task.trainer().tell(new Trainer.Stepped(step, job.smoothedLoss()));
    validationLoss = Optional.ofNullable(step.validationLoss());
    isPublishingDue |=
        task.order().publish().isDue(step.step(), job.isOver(), step.isBest(), since(published));
  }

  /** Writes what is due, unless it failed a moment ago. */
  private void keep() {
    if (trouble.isWithin(task.options().retry())) {
      return;
    }
    boolean isSavingDue =
        savedStep != job.step()
            && (job.isOver() || since(saved).compareTo(task.options().checkpointInterval()) >= 0);
    if (isPublishingDue) {
      trouble.meet("publishing", this::publish);
    }
    if (isSavingDue) {
      trouble.meet("checkpoint", this::save);
    }
  }

  private void publish() {
    Snapshot snapshot = job.publish(validationLoss);
    isPublishingDue = false;
    published = System.nanoTime();
    samples.add(snapshot);
    task.trainer().tell(new Trainer.Published(snapshot));
  }

  private void save() throws IOException {
    job.save();
    saved = System.nanoTime();
    savedStep = job.step();
  }

  private Behavior<Command> onPause() {
    isPaused = true;
    trouble.meet("checkpoint", this::save);
    return this;
  }

  private Behavior<Command> onResume() {
    if (isPaused) {
      isPaused = false;
      return continueAfter(Duration.ZERO);
    }
    return this;
  }

  private Behavior<Command> onStop() {
    trouble.meet("checkpoint", this::save);
    return end(job.isOver() && !isPublishingDue ? Trainer.Ended.FINISHED : Trainer.Ended.STOPPED);
  }

  private Behavior<Command> end(Trainer.Ended how) {
    isEnded = true;
    task.trainer().tell(how);
    return Behaviors.stopped();
  }

  /** Whatever stops the actors, a training is written down. */
  private Behavior<Command> onPostStop() {
    if (!isEnded) {
      trouble.meet("checkpoint", this::save);
    }
    return release();
  }

  private Behavior<Command> continueAfter(Duration wait) {
    if (wait.isZero()) {
      getContext().getSelf().tell(Continue.INSTANCE);
    } else {
      timers.startSingleTimer(Continue.INSTANCE, wait);
    }
    return this;
  }

  private Behavior<Command> release() {
    try (job) {
      samples.close();
    } catch (Throwable failure) {
      getContext().getLog().warn("the training's memory was not freed", failure);
    }
    return this;
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static RuntimeException asException(String what, Throwable failure) {
    return failure instanceof RuntimeException exception
        ? exception
        : new TrainingException(what + ": " + NetworkException.reason(failure), failure);
  }
}
