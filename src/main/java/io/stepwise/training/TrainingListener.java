package io.stepwise.training;

/** Hears of a training's progress, on the training's own thread. */
public interface TrainingListener {

  /** An update was made. */
  void onStep(TrainingStep step);

  /**
   * A checkpoint was written, after this many updates.
   *
   * @param run the training, between two updates
   */
  void onCheckpoint(TrainingRun run);
}
