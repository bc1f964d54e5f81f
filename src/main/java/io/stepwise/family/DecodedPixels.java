package io.stepwise.family;

import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelCost;
import io.stepwise.diffusion.PixelLikelihood;

/**
 * What pixels cost that follow from estimates by a discretised Gaussian (Ho et al. 2020,
 * arXiv:2006.11239, equation 13) with one variance, the mean squared error of these estimates
 * (Rybkin et al. 2021, arXiv:2006.13202).
 *
 * <p>The slopes take in that the variance follows from the estimates: pixels that may lie beyond
 * the outermost levels would otherwise widen it without end.
 *
 * @param nats the cost of all
 * @param slopes its derivative by each estimate
 */
record DecodedPixels(double nats, float[] slopes) {

  /** A deviation of an eighth of half a level, below which no level is another's neighbour. */
  private static final double LEAST_VARIANCE = PixelBins.HALF_WIDTH * PixelBins.HALF_WIDTH / 64;

  /**
   * Returns what pixels cost; nothing if there are none.
   *
   * @param pixels values of levels, -1 to 1
   * @param estimates one of each
   */
  static DecodedPixels of(float[] pixels, float[] estimates) {
    int count = pixels.length;
    double squares = 0;
    for (int k = 0; k < count; k++) {
      double error = (double) estimates[k] - pixels[k];
      squares += error * error;
    }
    double variance = Math.max(squares / Math.max(1, count), LEAST_VARIANCE);
    double logVariance = Math.log(variance);
    double nats = 0;
    double logVarianceSlope = 0;
    float[] slopes = new float[count];
    for (int k = 0; k < count; k++) {
      PixelCost cost = PixelLikelihood.cost(PixelBins.level(pixels[k]), estimates[k], logVariance);
      nats += cost.nats();
      slopes[k] = (float) cost.estimateSlope();
      logVarianceSlope += cost.logVarianceSlope();
    }
    if (variance > LEAST_VARIANCE) {
      for (int k = 0; k < count; k++) {
        double error = (double) estimates[k] - pixels[k];
        slopes[k] += (float) (logVarianceSlope * 2 * error / (count * variance));
      }
    }
    return new DecodedPixels(nats, slopes);
  }

  /** Returns the cost times a number. */
  DecodedPixels scaled(double factor) {
    float[] scaled = new float[slopes.length];
    for (int k = 0; k < scaled.length; k++) {
      scaled[k] = (float) (factor * slopes[k]);
    }
    return new DecodedPixels(factor * nats, scaled);
  }
}
