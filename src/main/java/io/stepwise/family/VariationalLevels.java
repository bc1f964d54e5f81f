package io.stepwise.family;

import io.stepwise.diffusion.NegativeLogSnr;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.SchedulerConfig;

/**
 * Continuous time, weighted so that the mean loss is the diffusion term of the variational bound in
 * bits per dimension: Kingma et al. 2021 (arXiv:2107.00630), equation 17.
 *
 * <p>Between the timesteps of a schedule the log-SNR goes along a line, and the network is told the
 * broken timestep. The bound is over the error of the noise; a network that predicts something else
 * has that error times a factor, which the weight takes in.
 */
final class VariationalLevels implements NoiseLevels {

  private final NoiseSchedule schedule;
  private final Prediction prediction;

  private VariationalLevels(NoiseSchedule schedule, Prediction prediction) {
    if (schedule.trainTimesteps() < 2) {
      throw new IllegalArgumentException(
          "num_train_timesteps: " + schedule.trainTimesteps() + " (expected: >= 2)");
    }
    if (schedule.alphaBar(schedule.trainTimesteps() - 1) == 0) {
      throw new IllegalArgumentException(
          "alphaBar at the last timestep: 0.0 (expected: > 0 for the variational bound)");
    }
    this.schedule = schedule;
    this.prediction = prediction;
  }

  /**
   * Returns the levels of a model.
   *
   * @throws IllegalArgumentException if it was not trained on betas, on a single one, or on a last
   *     one that leaves no signal, where the bound is infinite; or if the network learns a variance
   */
  static VariationalLevels of(SchedulerConfig scheduler) {
    if (scheduler.learnsVariance()) {
      throw new IllegalArgumentException(
          "variance_type: learned_range (expected: a fixed one with family vdm)");
    }
    return new VariationalLevels(scheduler.noiseSchedule(), scheduler.prediction());
  }

  @Override
  public Level at(double fraction) {
    int intervals = schedule.trainTimesteps() - 1;
    double timestep = fraction * intervals;
    int below = Math.min((int) timestep, intervals - 1);
    double rise = schedule.gamma(below + 1) - schedule.gamma(below);
    double gamma = schedule.gamma(timestep);
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(gamma));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(gamma));
    double noisePerOutput = prediction.noise(alpha, sigma).out();
    double nats = 0.5 * rise * intervals * noisePerOutput * noisePerOutput;
    return new Level(timestep, alpha, sigma, nats / Math.log(2));
  }
}
