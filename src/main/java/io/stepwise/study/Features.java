package io.stepwise.study;

import java.util.Arrays;

/** The scale of features, which distances depend on. */
final class Features {

  private Features() {}

  /** Returns the root of the mean square over all elements and dimensions. */
  static double rootMeanSquare(double[][] features) {
    double sum = 0;
    for (double[] row : features) {
      sum += Arrays.stream(row).map(value -> value * value).sum() / row.length;
    }
    return Math.sqrt(sum / features.length);
  }

  /** Returns the features times a factor. */
  static double[][] scaled(double[][] features, double factor) {
    return Arrays.stream(features)
        .map(row -> Arrays.stream(row).map(value -> value * factor).toArray())
        .toArray(double[][]::new);
  }
}
