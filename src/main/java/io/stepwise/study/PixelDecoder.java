package io.stepwise.study;

import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The last step of a bound, from an estimate of an image to the levels of its pixels: a discretised
 * Gaussian around the estimate with one deviation, which training images choose.
 */
final class PixelDecoder {

  /** Deviations that are tried, as factors on the root of the mean squared error. */
  private static final double[] FACTORS = {.125, .18, .25, .35, .5, .7, 1, 1.4, 2};

  private PixelDecoder() {}

  /** Returns what an image's pixels cost, in nats a dimension. */
  static double cost(int[] levels, float[] estimate, double deviation) {
    double sum = 0;
    for (int j = 0; j < levels.length; j++) {
      sum += PixelLikelihood.discretizedGaussian(levels[j], estimate[j], deviation);
    }
    return sum / levels.length;
  }

  /**
   * Returns the deviation with which images cost least.
   *
   * @param pixels levels of each image's pixels
   * @param estimates an estimate of each
   */
  static double deviation(List<int[]> pixels, List<float[]> estimates) {
    double squares = 0;
    int images = pixels.size();
    for (int i = 0; i < images; i++) {
      int[] levels = pixels.get(i);
      float[] estimate = estimates.get(i);
      for (int j = 0; j < levels.length; j++) {
        double error = PixelBins.centre(levels[j]) - estimate[j];
        squares += error * error / ((double) levels.length * images);
      }
    }
    double root = Math.max(Math.sqrt(squares), PixelBins.HALF_WIDTH / 8);
    double best = root;
    double least = Double.POSITIVE_INFINITY;
    for (double factor : FACTORS) {
      double deviation = factor * root;
      double cost =
          IntStream.range(0, images)
              .mapToDouble(i -> cost(pixels.get(i), estimates.get(i), deviation))
              .sum();
      if (cost < least) {
        least = cost;
        best = deviation;
      }
    }
    return best;
  }
}
