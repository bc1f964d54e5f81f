package io.stepwise.training;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * A training that goes on in its folder. What is not saved is lost when the process ends, and made
 * again, exactly, when the training is continued. Confined to the run's thread.
 */
final class RunSession implements AutoCloseable {

  private final TrainingRun run;
  private final RunFolder folder;
  private final LossLog losses;
  private EventLog events;
  private final List<TrainingStep> unsaved = new ArrayList<>();
  private final List<TrainingStep> untold = new ArrayList<>();

  /** Goes on with a run, which stays the caller's, in its folder, which is there. */
  RunSession(TrainingRun run, RunFolder folder) throws IOException {
    this.run = run;
    this.folder = folder;
    this.losses = LossLog.open(folder.lossFile(), run.step());
    this.events = openEvents();
  }

  /**
   * Makes one update.
   *
   * @throws TrainingException if it cannot be made; the weights are then as before
   */
  TrainingStep update() {
    TrainingStep step = run.update();
    unsaved.add(step);
    untold.add(step);
    try {
      tellEvents();
    } catch (IOException e) {
      // Tried again by save(), which tells if it fails then.
      return step;
    }
    return step;
  }

  /** Returns whether the last update is made. */
  boolean isOver() {
    return run.step() >= run.options().steps();
  }

  /** Writes the losses and a checkpoint. When it fails it can be called again. */
  void save() throws IOException {
    restore();
    tellEvents();
    losses.append(unsaved);
    unsaved.clear();
    run.checkpoint().write(folder.checkpoints());
  }

  /** Adds what the averaged weights draw now to the record. */
  void add(SampleGrid samples) throws IOException {
    events.add(run.step(), samples);
  }

  @Override
  public void close() throws IOException {
    events.close();
  }

  /** Makes anew what somebody removed; the rows and events in it are lost. */
  private void restore() throws IOException {
    folder.create();
    losses.restore();
    if (!Files.exists(folder.eventFile())) {
      EventLog removed = events;
      events = openEvents();
      removed.close();
    }
  }

  private EventLog openEvents() throws IOException {
    return EventLog.open(folder.eventFile(), run.step(), run.options().batchSize());
  }

  private void tellEvents() throws IOException {
    while (!untold.isEmpty()) {
      events.add(untold.get(0));
      untold.remove(0);
    }
  }
}
