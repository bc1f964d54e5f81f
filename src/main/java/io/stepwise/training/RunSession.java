package io.stepwise.training;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A training that goes on in its folder. What is not saved is lost when the process ends, and made
 * again, exactly, when the training is continued. Confined to the run's thread.
 */
final class RunSession {

  private final TrainingRun run;
  private final RunFolder folder;
  private final LossLog log;
  private final List<TrainingStep> unsaved = new ArrayList<>();

  /** Goes on with a run, which stays the caller's, in its folder, which is there. */
  RunSession(TrainingRun run, RunFolder folder) throws IOException {
    this.run = run;
    this.folder = folder;
    this.log = LossLog.open(folder.lossFile(), run.step());
  }

  /**
   * Makes one update.
   *
   * @throws TrainingException if it cannot be made; the weights are then as before
   */
  TrainingStep update() {
    TrainingStep step = run.update();
    unsaved.add(step);
    return step;
  }

  /** Returns whether the last update is made. */
  boolean isOver() {
    return run.step() >= run.options().steps();
  }

  /** Writes the losses and a checkpoint. */
  void save() throws IOException {
    log.append(unsaved);
    unsaved.clear();
    run.checkpoint().write(folder.checkpoints());
  }
}
