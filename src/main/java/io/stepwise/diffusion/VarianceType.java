package io.stepwise.diffusion;

import org.jspecify.annotations.Nullable;

/**
 * The variance of the reverse step, as diffusers names it in {@code variance_type}.
 *
 * <p>The two {@code _log} names are the same variances by way of their logarithms. diffusers itself
 * takes the root of a negative number for {@code fixed_large_log}; here it is what its name says.
 */
enum VarianceType {
  FIXED_SMALL,
  FIXED_SMALL_LOG,
  FIXED_LARGE,
  FIXED_LARGE_LOG,
  /**
   * Between small and large, by the second half of the network's output channels: Nichol and
   * Dhariwal 2021 (arXiv:2102.09672), equation 15.
   */
  LEARNED_RANGE;

  private static final double SMALLEST = 1e-20;

  /** Returns the factor on the fresh noise. */
  double noiseScale(double smallVariance, double largeVariance) {
    return switch (this) {
      case FIXED_SMALL, FIXED_SMALL_LOG -> Math.sqrt(smallVariance);
      case FIXED_LARGE, FIXED_LARGE_LOG -> Math.sqrt(largeVariance);
      case LEARNED_RANGE -> 1;
    };
  }

  /** Returns the range that the network interpolates; null for a fixed variance. */
  @Nullable LogVarianceBounds bounds(double smallVariance, double largeVariance) {
    return this == LEARNED_RANGE
        ? new LogVarianceBounds(
            Math.log(Math.max(smallVariance, SMALLEST)), Math.log(largeVariance))
        : null;
  }
}
