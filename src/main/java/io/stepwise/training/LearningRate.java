package io.stepwise.training;

/**
 * The learning rate of every update of a training.
 *
 * @param peak the highest rate, more than 0
 * @param schedule how it falls
 * @param warmUpSteps updates over which it first rises along a line, 0 or more; {@link
 *     LearningRateSchedule#CONSTANT} has none
 * @param cycles how often {@link LearningRateSchedule#COSINE_WITH_RESTARTS} falls, 1 or more
 * @param power exponent of {@link LearningRateSchedule#POLYNOMIAL}, more than 0
 */
public record LearningRate(
    double peak, LearningRateSchedule schedule, int warmUpSteps, int cycles, double power) {

  /** Checks the limits. */
  public LearningRate {
    TrainingOptions.require(peak > 0 && Double.isFinite(peak), "learning rate", peak, "> 0");
    TrainingOptions.require(warmUpSteps >= 0, "warm-up steps", warmUpSteps, ">= 0");
    TrainingOptions.require(cycles >= 1, "cycles", cycles, ">= 1");
    TrainingOptions.require(power > 0 && Double.isFinite(power), "power", power, "> 0");
  }

  /** Returns a rate with one cycle and the power of 1, which most schedules make no use of. */
  public static LearningRate of(double peak, LearningRateSchedule schedule, int warmUpSteps) {
    return new LearningRate(peak, schedule, warmUpSteps, 1, 1);
  }

  /**
   * Returns the rate of one update.
   *
   * @param step index of the update, 0 or more
   * @param steps updates in all
   */
  double at(int step, int steps) {
    int rising = schedule == LearningRateSchedule.CONSTANT ? 0 : warmUpSteps;
    if (step < rising) {
      return peak * (step + 1.0) / rising;
    }
    double progress = (double) (step - rising) / Math.max(1, steps - rising);
    return peak * schedule.afterWarmUp(progress, cycles, power);
  }
}
