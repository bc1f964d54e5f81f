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
    double offset = PixelBins.centre(level) - mean;
    double low =
        level == 0 ? Double.NEGATIVE_INFINITY : (offset - PixelBins.HALF_WIDTH) / deviation;
    double high =
        level == PixelBins.LEVELS - 1
            ? Double.POSITIVE_INFINITY
            : (offset + PixelBins.HALF_WIDTH) / deviation;
    return -NormalDistribution.logInterval(low, high);
  }

  /**
   * Returns an upper bound on what {@link #discretizedGaussian} gives for a pixel, or for many on
   * average: what the Gaussian's density costs at a point that is uniform in the level's bin
   * (Jensen's inequality). For a given error the least is at the variance {@code squaredError +
   * PixelBins.VARIANCE}.
   *
   * @param squaredError squared distance of the level from the Gaussian's mean, or its average
   * @param variance the Gaussian's, above 0
   */
  public static double dequantizedGaussian(double squaredError, double variance) {
    return (Math.log(2 * Math.PI * variance) + (squaredError + PixelBins.VARIANCE) / variance) / 2
        - Math.log(2 * PixelBins.HALF_WIDTH);
  }

  /** Returns nats a dimension in bits. */
  public static double bits(double nats) {
    return nats / Math.log(2);
  }
}
