package io.stepwise.family;

import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.SchedulerConfig;

/**
 * The straight path from data to noise, all of it alike: Lipman et al. 2023 (arXiv:2210.02747) with
 * time running from data to noise and the network told T times sigma, as in diffusers.
 *
 * @param trainTimesteps T
 */
record FlowLevels(int trainTimesteps) implements NoiseLevels {

  /**
   * Returns the levels of a model.
   *
   * @throws IllegalArgumentException if it is no flow-matching model
   */
  static FlowLevels of(SchedulerConfig scheduler) {
    if (scheduler.prediction() != Prediction.FLOW) {
      throw new IllegalArgumentException(
          "solver: %s (expected: one for a flow-matching model, with family flow)"
              .formatted(scheduler.solver()));
    }
    return new FlowLevels(scheduler.trainTimesteps());
  }

  @Override
  public Level at(double fraction) {
    return new Level(fraction * trainTimesteps, 1 - fraction, fraction, 1);
  }
}
