package io.stepwise.diffusion;

/**
 * Quantiles of the symmetric beta distribution, to double precision: bisection of the power series
 * of the incomplete beta function below the median, and the symmetry above it.
 */
final class BetaQuantile {

  private static final int MAX_TERMS = 10_000;

  private BetaQuantile() {}

  /**
   * Returns the quantile of Beta(shape, shape).
   *
   * @param probability 0 to 1
   * @param shape the distribution's two parameters, which are equal, more than 0 and at most 1
   */
  static double of(double probability, double shape) {
    if (probability > 0.5) {
      return 1 - of(1 - probability, shape);
    }
    if (probability <= 0) {
      return 0;
    }
    double whole = 2 * series(0.5, shape);
    double low = 0;
    double high = 0.5;
    double middle = 0.25;
    while (low < middle && middle < high) {
      if (Math.pow(2 * middle, shape) * series(middle, shape) < probability * whole) {
        low = middle;
      } else {
        high = middle;
      }
      middle = (low + high) / 2;
    }
    return middle;
  }

  /** Returns the incomplete beta function up to x, 0 to 1/2, over {@code x^shape / shape}. */
  private static double series(double x, double shape) {
    double coefficient = 1;
    double sum = 0;
    for (int n = 0; n < MAX_TERMS; n++) {
      double term = coefficient * shape / (shape + n);
      sum += term;
      if (term < sum * 1e-17) {
        break;
      }
      coefficient *= (n + 1 - shape) / (n + 1) * x;
    }
    return sum;
  }
}
