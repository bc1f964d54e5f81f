package io.stepwise.study;

import io.stepwise.network.ImageShape;
import java.util.List;

/**
 * How the variance of a set of images around their mean divides into a coarse band, which is left
 * when every square of 2 by 2 pixels is averaged, and the fine band, which vanishes then. The two
 * are orthogonal: their variances sum to the whole. Of white noise three quarters are fine.
 *
 * @param mean mean image, [C, H, W] row-major
 * @param deviation standard deviation of each pixel over the images, [C, H, W] row-major
 * @param variance mean over pixels of the variance
 * @param fine the part of it in the fine band
 */
record ImageBands(float[] mean, float[] deviation, double variance, double fine) {

  private static final int SIDE = 2;

  /**
   * Measures images.
   *
   * @param images two or more, each [C, H, W] row-major; a last odd row or column is in no square
   *     and counts as fine
   */
  static ImageBands of(List<float[]> images, ImageShape shape) {
    double[] mean = new double[shape.size()];
    for (float[] image : images) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += (double) image[j] / images.size();
      }
    }
    double[] squares = new double[mean.length];
    double coarse = 0;
    for (float[] image : images) {
      double[] difference = new double[mean.length];
      for (int j = 0; j < mean.length; j++) {
        difference[j] = image[j] - mean[j];
        squares[j] += difference[j] * difference[j];
      }
      coarse += coarse(difference, shape);
    }
    int degrees = images.size() - 1;
    float[] average = new float[mean.length];
    float[] deviation = new float[mean.length];
    double sum = 0;
    for (int j = 0; j < mean.length; j++) {
      average[j] = (float) mean[j];
      deviation[j] = (float) Math.sqrt(squares[j] / degrees);
      sum += squares[j] / degrees / mean.length;
    }
    return new ImageBands(
        average, deviation, sum, Math.max(0, sum - coarse / degrees / mean.length));
  }

  /** Returns the share of the variance in the fine band; 0 where there is no variance. */
  double fineShare() {
    return variance == 0 ? 0 : fine / variance;
  }

  /** Returns the sum of squares of an image whose squares of pixels are averaged. */
  private static double coarse(double[] image, ImageShape shape) {
    double sum = 0;
    for (int channel = 0; channel < shape.channels(); channel++) {
      for (int y = 0; y + 1 < shape.height(); y += SIDE) {
        for (int x = 0; x + 1 < shape.width(); x += SIDE) {
          int at = (channel * shape.height() + y) * shape.width() + x;
          double square =
              image[at] + image[at + 1] + image[at + shape.width()] + image[at + shape.width() + 1];
          sum += square * square / (SIDE * SIDE);
        }
      }
    }
    return sum;
  }
}
