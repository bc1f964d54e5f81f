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

  private final double[] gammas;
  private final Prediction prediction;

  private VariationalLevels(NoiseSchedule schedule, Prediction prediction) {
    if (schedule.trainTimesteps() < 2) {
      throw new IllegalArgumentException(
          "num_train_timesteps: " + schedule.trainTimesteps() + " (expected: >= 2)");
    }
    this.prediction = prediction;
    gammas = new double[schedule.trainTimesteps()];
    for (int t = 0; t < gammas.length; t++) {
      gammas[t] = NegativeLogSnr.ofAlphaBar(schedule.alphaBar(t));
    }
    if (Double.isInfinite(gammas[gammas.length - 1])) {
      throw new IllegalArgumentException(
          "alphaBar at the last timestep: 0.0 (expected: > 0 for the variational bound)");
    }
  }

  /**
   * Returns the levels of a model.
   *
   * @throws IllegalArgumentException if it was not trained on betas, on a single one, or on a last
   *     one that leaves no signal, where the bound is infinite
   */
  static VariationalLevels of(SchedulerConfig scheduler) {
    return new VariationalLevels(scheduler.noiseSchedule(), scheduler.prediction());
  }

  @Override
  public Level at(double fraction) {
    int intervals = gammas.length - 1;
    double timestep = fraction * intervals;
    int below = Math.min((int) timestep, intervals - 1);
    double rise = gammas[below + 1] - gammas[below];
    double gamma = gammas[below] + (timestep - below) * rise;
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(gamma));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(gamma));
    double noisePerOutput = prediction.noise(alpha, sigma).out();
    double nats = 0.5 * rise * intervals * noisePerOutput * noisePerOutput;
    return new Level(timestep, alpha, sigma, nats / Math.log(2));
  }
}
