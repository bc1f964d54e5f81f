package io.stepwise.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A training that goes on in its folder. What is not saved is lost when the process ends, and made
 * again, exactly, when the training is continued. Confined to the run's thread.
 */
final class RunSession implements AutoCloseable {

  private static final long FLUSH_NANOS = 5_000_000_000L;

  private final TrainingRun run;
  private final RunFolder folder;
  private final LossLog log;
  private final EventLog events;
  private final List<TrainingStep> unsaved = new ArrayList<>();
  private long flushed = System.nanoTime();

  /** Goes on with a run, which stays the caller's, in its folder, which is there. */
  RunSession(TrainingRun run, RunFolder folder) throws IOException {
    this.run = run;
    this.folder = folder;
    this.log = LossLog.open(folder.lossFile(), run.step());
    this.events = EventLog.open(folder.eventFile(), run.step(), run.options().batchSize());
  }

  /**
   * Makes one update.
   *
   * @throws TrainingException if it cannot be made; the weights are then as before
   */
  TrainingStep update() {
    TrainingStep step = run.update();
    unsaved.add(step);
    events.add(step);
    if (System.nanoTime() - flushed > FLUSH_NANOS) {
      showEvents();
    }
    return step;
  }

  /** Adds samples of the averaged weights to the record. */
  void add(SampleGrid samples) throws IOException {
    events.add(run.step(), samples);
    events.flush();
  }

  /** Returns whether the last update is made. */
  boolean isOver() {
    return run.step() >= run.options().steps();
  }

  /** Writes the losses, the events and a checkpoint. */
  void save() throws IOException {
    log.append(unsaved);
    unsaved.clear();
    events.flush();
    run.checkpoint().write(folder.checkpoints());
  }

  @Override
  public void close() throws IOException {
    events.close();
  }

  /** Lets those who look on see the events before they are saved. */
  private void showEvents() {
    flushed = System.nanoTime();
    try {
      events.flush();
    } catch (IOException e) {
      // The events are kept; saving writes them, or fails for the same reason and says so.
    }
  }
}
