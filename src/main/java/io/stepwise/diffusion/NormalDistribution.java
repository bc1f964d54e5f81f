package io.stepwise.diffusion;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/** Logarithms of the standard normal distribution's probabilities, exact in both tails. */
final class NormalDistribution {

  private static final double SQRT2 = Math.sqrt(2);

  private NormalDistribution() {}

  /** Returns the logarithm of the density at z; -infinity for either infinity. */
  static double logDensity(double z) {
    return -z * z / 2 - Math.log(2 * Math.PI) / 2;
  }

  /** Returns the logarithm of the probability of a value up to z; -infinity for -infinity. */
  static double logCumulative(double z) {
    if (z > 0) {
      return Math.log1p(-Erfc.value(z / SQRT2) / 2);
    }
    return z == Double.NEGATIVE_INFINITY
        ? Double.NEGATIVE_INFINITY
        : Math.log(Erfcx.value(-z / SQRT2) / 2) - z * z / 2;
  }

  /** Returns the logarithm of the probability of a value between two bounds, either infinite. */
  static double logInterval(double low, double high) {
    if (low > 0) {
      return logInterval(-high, -low); // the tail where differences keep their digits
    }
    double above = logCumulative(high);
    return above + Math.log(-Math.expm1(logCumulative(low) - above));
  }
}
