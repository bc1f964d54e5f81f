package io.stepwise.diffusion;

/**
 * The continuous range of noise that a preconditioned network was trained on.
 *
 * @param least its least standard deviation
 * @param most its greatest
 * @param data standard deviation of the clean images
 * @param rho exponent of the spacing of levels in this range
 * @param trainTimesteps number of levels of the training, which bounds the steps of a plan
 */
public record SigmaRange(double least, double most, double data, double rho, int trainTimesteps) {

  /** Reads the range of a training with at least this many levels. */
  static SigmaRange of(SchedulerFields fields, int fewestTimesteps) {
    double most = fields.positive(SchedulerField.SIGMA_MAX, Double.MAX_VALUE);
    return new SigmaRange(
        fields.positive(SchedulerField.SIGMA_MIN, most),
        most,
        fields.positive(SchedulerField.SIGMA_DATA, Double.MAX_VALUE),
        fields.positive(SchedulerField.RHO, Double.MAX_VALUE),
        fields.integer(
            SchedulerField.NUM_TRAIN_TIMESTEPS, fewestTimesteps, NoiseSchedule.MAX_TIMESTEPS));
  }

  /** Refuses numbers of steps out of the range that a plan may have. */
  void requireSteps(int steps) {
    if (steps < 1 || steps > trainTimesteps) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: 1 to " + trainTimesteps + ")");
    }
  }
}
