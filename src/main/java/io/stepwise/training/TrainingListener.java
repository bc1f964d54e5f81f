package io.stepwise.training;

import java.io.IOException;
import java.util.Optional;

/** Hears of a training's progress, on the training's own thread. */
public interface TrainingListener {

  /** An update was made. */
  void onStep(TrainingStep step);

  /**
   * A checkpoint was written, after this many updates.
   *
   * @param run the training, between two updates
   * @return samples of the averaged weights for the record, if any were drawn
   */
  Optional<SampleGrid> onCheckpoint(TrainingRun run) throws IOException;
}
