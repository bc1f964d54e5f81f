package io.stepwise.study;

import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import java.util.List;
import java.util.stream.IntStream;

/** The one deviation of a decoder that is a discretised Gaussian around an estimate. */
final class DecoderDeviation {

  /** What it is chosen from, as factors on the root of the mean squared error. */
  private static final double[] FACTORS = {.125, .18, .25, .35, .5, .7, 1, 1.4, 2};

  private DecoderDeviation() {}

  /**
   * Returns the deviation with which images cost least.
   *
   * @param pixels levels of each image's pixels
   * @param estimates the estimate of each image
   */
  static double fit(List<int[]> pixels, List<float[]> estimates) {
    double squares = 0;
    for (int i = 0; i < pixels.size(); i++) {
      int[] levels = pixels.get(i);
      for (int j = 0; j < levels.length; j++) {
        double error = PixelBins.centre(levels[j]) - estimates.get(i)[j];
        squares += error * error / ((double) levels.length * pixels.size());
      }
    }
    double root = Math.max(Math.sqrt(squares), PixelBins.HALF_WIDTH / 8);
    double best = root;
    double least = Double.POSITIVE_INFINITY;
    for (double factor : FACTORS) {
      double deviation = factor * root;
      double cost =
          IntStream.range(0, pixels.size())
              .mapToDouble(i -> cost(pixels.get(i), estimates.get(i), deviation))
              .sum();
      if (cost < least) {
        least = cost;
        best = deviation;
      }
    }
    return best;
  }

  /** Returns what an image costs, in nats a pixel. */
  static double cost(int[] levels, float[] estimate, double deviation) {
    double sum = 0;
    for (int j = 0; j < levels.length; j++) {
      sum += PixelLikelihood.discretizedGaussian(levels[j], estimate[j], deviation);
    }
    return sum / levels.length;
  }
}
