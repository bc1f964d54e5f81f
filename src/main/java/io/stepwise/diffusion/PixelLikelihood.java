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

  /** Twice the exponent from which on a term is nothing beside the largest. */
  private static final double NO_SHARE = 150;

  private PixelLikelihood() {}

  /**
   * Returns the negative logarithm of the categorical probability of a level.
   *
   * @param scaled the pixel at the least noisy time divided by alpha there, {@code x + exp(gamma /
   *     2) * epsilon}
   * @param gamma negative log-SNR of that time
   */
  public static double categorical(int level, double scaled, double gamma) {
    return categoricalCost(level, (scaled - PixelBins.centre(level)) * Math.exp(-gamma / 2), gamma)
        .nats();
  }

  /**
   * Returns the same of a pixel at its level, with the slope by gamma at fixed noise.
   *
   * @param noise epsilon, standard normal
   */
  public static GammaCost categoricalCost(int level, double noise, double gamma) {
    double deviation = Math.exp(gamma / 2);
    int nearest = PixelBins.level(PixelBins.centre(level) + deviation * noise);
    double least = square(noise + distance(level, nearest) / deviation); // of the largest term
    double sum = 0;
    double slope = 0;
    for (int other = 0; other < PixelBins.LEVELS; other++) {
      double apart = distance(level, other) / deviation;
      double excess = square(noise + apart) - least;
      if (excess < NO_SHARE) {
        double share = Math.exp(-excess / 2);
        sum += share;
        slope += share * apart * (noise + apart) / 2;
      }
    }
    return new GammaCost(Math.log(sum) + (square(noise) - least) / 2, slope / sum);
  }

  private static double distance(int level, int other) {
    return PixelBins.centre(level) - PixelBins.centre(other);
  }

  private static double square(double x) {
    return x * x;
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
