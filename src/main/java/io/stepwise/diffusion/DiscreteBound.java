package io.stepwise.diffusion;

/**
 * The variational bound of a model at the very timesteps that it is trained on, one term a
 * timestep: Ho et al. 2020 (arXiv:2006.11239), equation 5, with the variances of Nichol and
 * Dhariwal 2021 (arXiv:2102.09672), section 3.1.
 *
 * <p>The term of timestep 0 is the reconstruction by a discretised Gaussian, each other one the
 * divergence of a reverse step. Where the posterior leaves no variance, at timestep 0, that of
 * timestep 1 takes its place, as in both papers' programs. The prior is no term: no weight changes
 * it. Immutable.
 */
public final class DiscreteBound {

  private final NoiseSchedule schedule;
  private final VarianceType variance;

  /**
   * One term of the bound.
   *
   * @param logVariance where a learnt variance interpolates; both ends alike for a fixed one
   * @param cost of each pixel
   */
  public record Term(LogVarianceBounds logVariance, PixelCost.Function cost) {}

  DiscreteBound(NoiseSchedule schedule, VarianceType variance) {
    if (schedule.trainTimesteps() < 2) {
      throw new IllegalArgumentException(
          "num_train_timesteps: " + schedule.trainTimesteps() + " (expected: >= 2)");
    }
    this.schedule = schedule;
    this.variance = variance;
  }

  /** Returns the noise levels. */
  public NoiseSchedule schedule() {
    return schedule;
  }

  /** Returns whether the network is to say where between its bounds the variance lies. */
  public boolean learnsVariance() {
    return variance == VarianceType.LEARNED_RANGE;
  }

  /**
   * Returns the term of a timestep.
   *
   * @param timestep 0 to T - 1
   */
  public Term term(int timestep) {
    ReverseStep step = step(Math.max(1, timestep));
    double small = Math.log(step.posteriorVariance());
    double large =
        timestep == 0 ? Math.log(1 - schedule.alphaBar(0)) : Math.log(step.jumpVariance());
    PixelCost.Function cost =
        timestep == 0
            ? (clean, estimate, logVariance) ->
                PixelLikelihood.cost(PixelBins.level(clean), estimate, logVariance)
            : step.cost();
    return new Term(range(timestep, small, large), cost);
  }

  private LogVarianceBounds range(int timestep, double small, double large) {
    return switch (variance) {
      case LEARNED_RANGE -> new LogVarianceBounds(small, large);
      case FIXED_SMALL, FIXED_SMALL_LOG -> new LogVarianceBounds(small, small);
      case FIXED_LARGE, FIXED_LARGE_LOG -> {
        double fixed = timestep == 0 ? small : large;
        yield new LogVarianceBounds(fixed, fixed);
      }
    };
  }

  private ReverseStep step(int timestep) {
    return new ReverseStep(schedule.gamma(timestep - 1), schedule.gamma(timestep));
  }
}
