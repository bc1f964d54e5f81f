package io.stepwise.diffusion;

/**
 * The likelihood of 8-bit pixels: the reconstruction term of a bound. All in nats a pixel.
 *
 * <p>Two decoders: a categorical distribution over the levels by their distance to the noisy pixel,
 * which needs no network (Kingma et al. 2021, arXiv:2107.00630, section 3.3), and a Gaussian around
 * an estimate whose mass in a level's bin is the level's probability, the outermost bins reaching
 * to infinity (Ho et al. 2020, arXiv:2006.11239, equation 13). Nothing is clamped: a level far out
 * in the tail costs what it costs.
 */
public final class PixelLikelihood {

  private PixelLikelihood() {}

  /**
   * Returns the negative logarithm of the categorical probability of a level.
   *
   * @param scaled the pixel at the least noisy time divided by alpha there, {@code x + exp(gamma /
   *     2) * epsilon}
   * @param gamma negative log-SNR of that time
   */
  public static double categorical(int level, double scaled, double gamma) {
    double precision = Math.exp(-gamma);
    double own = scaled - PixelBins.centre(level);
    double nearest =
        scaled - PixelBins.centre(PixelBins.level(scaled)); // its term is 1, the largest
    double sum = 0;
    for (int other = 0; other < PixelBins.LEVELS; other++) {
      double distance = scaled - PixelBins.centre(other);
      sum += Math.exp((nearest * nearest - distance * distance) * precision / 2);
    }
    return Math.log(sum) + (own * own - nearest * nearest) * precision / 2;
  }

  /**
   * Returns the negative logarithm of a discretised Gaussian's probability of a level.
   *
   * @param mean of the Gaussian
   * @param deviation its standard deviation, above 0
   */
  public static double discretizedGaussian(int level, double mean, double deviation) {
    return -NormalDistribution.logInterval(
        lowEnd(level, mean, deviation), highEnd(level, mean, deviation));
  }

  /** Returns the same with its slopes, by the logarithm of the Gaussian's variance. */
  public static PixelCost cost(int level, double mean, double logVariance) {
    double deviation = Math.exp(logVariance / 2);
    double low = lowEnd(level, mean, deviation);
    double high = highEnd(level, mean, deviation);
    double logProbability = NormalDistribution.logInterval(low, high);
    double atLow = Math.exp(NormalDistribution.logDensity(low) - logProbability);
    double atHigh = Math.exp(NormalDistribution.logDensity(high) - logProbability);
    double spread =
        (level == PixelBins.LEVELS - 1 ? 0 : high * atHigh) - (level == 0 ? 0 : low * atLow);
    return new PixelCost(-logProbability, (atHigh - atLow) / deviation, spread / 2);
  }

  private static double lowEnd(int level, double mean, double deviation) {
    return level == 0
        ? Double.NEGATIVE_INFINITY
        : (PixelBins.centre(level) - mean - PixelBins.HALF_WIDTH) / deviation;
  }

  private static double highEnd(int level, double mean, double deviation) {
    return level == PixelBins.LEVELS - 1
        ? Double.POSITIVE_INFINITY
        : (PixelBins.centre(level) - mean + PixelBins.HALF_WIDTH) / deviation;
  }

  /** Returns nats a dimension in bits. */
  public static double bits(double nats) {
    return nats / Math.log(2);
  }
}
