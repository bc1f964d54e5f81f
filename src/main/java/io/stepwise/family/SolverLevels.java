package io.stepwise.family;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.SchedulerConfig;
import java.util.Map;

/**
 * The noise levels at which the multistep solvers, {@code euler} and {@code heun} evaluate a
 * network that was trained on betas: those of Karras et al. 2022 (arXiv:2206.00364), equation 5.
 * The solvers that walk along the timesteps, {@code ddpm} among them, do not read them.
 */
final class SolverLevels {

  /** The most noise at which an image still has a share in what is known of it. */
  private static final double MOST_SIGMA = 80;

  /** Below it a step adds more of the network's error than it takes of the noise. */
  private static final double LEAST_SIGMA = 0.2;

  private SolverLevels() {}

  /**
   * Names the levels in the fields of a {@code scheduler_config.json}: at most those that its
   * schedule has.
   */
  static void name(Map<String, Object> scheduler) {
    NoiseSchedule schedule = SchedulerConfig.parse(scheduler).noiseSchedule();
    double last = Math.exp(schedule.gamma(schedule.trainTimesteps() - 1) / 2);
    scheduler.put("use_karras_sigmas", true);
    scheduler.put("sigma_min", LEAST_SIGMA);
    scheduler.put("sigma_max", Math.min(MOST_SIGMA, last));
  }
}
