package io.stepwise.study;

import io.stepwise.diffusion.EncodedLevels;
import org.jspecify.annotations.Nullable;

/**
 * The Gaussian of each pixel's noise, as an encoder makes it.
 *
 * @param mean the means
 * @param logDeviation logarithms of the deviations
 */
record ImageNoise(float[] mean, double[] logDeviation) {

  /** What makes noise of an image, or of an image and what is drawn already. */
  @FunctionalInterface
  interface Encoder {

    /**
     * Returns the means and then what the deviations' logarithms come from, [2 C, H, W] row-major.
     *
     * @param input [C', H, W] row-major
     * @param timestep what it is told beside the input
     * @param label class index
     */
    float[] encode(float[] input, double timestep, long label);
  }

  /**
   * Returns what an encoder makes of an input.
   *
   * @param encoder null for standard noise
   * @param pixels values of one image
   */
  static ImageNoise of(
      @Nullable Encoder encoder, float[] input, double timestep, long label, int pixels) {
    float[] mean = new float[pixels];
    double[] logDeviation = new double[pixels];
    if (encoder != null) {
      float[] output = encoder.encode(input, timestep, label);
      System.arraycopy(output, 0, mean, 0, pixels);
      for (int j = 0; j < pixels; j++) {
        logDeviation[j] = EncodedLevels.logDeviation(output[pixels + j]);
      }
    }
    return new ImageNoise(mean, logDeviation);
  }

  /** Returns how far it is from standard noise, in nats a dimension. */
  double divergence() {
    double sum = 0;
    for (int j = 0; j < mean.length; j++) {
      sum += divergence(j);
    }
    return sum / mean.length;
  }

  /** Returns how far the noise of a pixel is from standard noise, in nats. */
  double divergence(int pixel) {
    double log = logDeviation[pixel];
    return ((double) mean[pixel] * mean[pixel] + Math.exp(2 * log) - 2 * log - 1) / 2;
  }

  /** Returns the logarithm of the density of values, without its constant. */
  double logDensity(float[] values) {
    double sum = 0;
    for (int j = 0; j < values.length; j++) {
      double error = values[j] - mean[j];
      sum -= logDeviation[j] + error * error / 2 * Math.exp(-2 * logDeviation[j]);
    }
    return sum;
  }

  /** Returns a value of the noise by a standard normal one. */
  double value(int pixel, float drawn) {
    return mean[pixel] + Math.exp(logDeviation[pixel]) * drawn;
  }

  /** Returns {@code ln q - ln p} of a value, q being this noise and p standard noise, in nats. */
  double logRatio(float[] drawn) {
    double sum = 0;
    for (int j = 0; j < drawn.length; j++) {
      double value = value(j, drawn[j]);
      sum += (value * value - (double) drawn[j] * drawn[j]) / 2 - logDeviation[j];
    }
    return sum;
  }
}
