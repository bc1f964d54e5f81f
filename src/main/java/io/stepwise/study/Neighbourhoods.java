package io.stepwise.study;

import java.util.Arrays;

/**
 * The balls around a set of features that reach to each one's k-th nearest other: an estimate of
 * where the set's distribution lies.
 */
final class Neighbourhoods {

  private final double[][] centres;
  private final double[] squaredRadii;
  private final int k;

  /**
   * Draws the balls.
   *
   * @param centres one row an element, more than k; not changed
   * @param k which nearest other element a ball reaches to, 1 or more
   */
  Neighbourhoods(double[][] centres, int k) {
    if (centres.length <= k) {
      throw new IllegalArgumentException(
          "images: " + centres.length + " (expected: > " + k + ", the neighbours looked at)");
    }
    this.centres = centres;
    this.k = k;
    this.squaredRadii = new double[centres.length];
    for (int i = 0; i < centres.length; i++) {
      double[] distances = new double[centres.length];
      for (int j = 0; j < centres.length; j++) {
        distances[j] = i == j ? -1 : squaredDistance(centres[i], centres[j]);
      }
      Arrays.sort(distances);
      squaredRadii[i] = distances[k];
    }
  }

  /**
   * Returns the share of elements that are in a ball: the precision of samples among real ones, or
   * the recall of real ones among samples. Kynkäänniemi et al. 2019 (arXiv:1904.06991).
   */
  double shareInside(double[][] elements) {
    int inside = 0;
    for (double[] element : elements) {
      inside += ballsAround(element) > 0 ? 1 : 0;
    }
    return (double) inside / elements.length;
  }

  /**
   * Returns how many balls an element is in on average, by k: the density of samples among real
   * ones, about 1 for samples of the same distribution. Naeem et al. 2020 (arXiv:2002.09797).
   */
  double density(double[][] elements) {
    long balls = 0;
    for (double[] element : elements) {
      balls += ballsAround(element);
    }
    return (double) balls / ((double) k * elements.length);
  }

  /**
   * Returns the share of balls that hold an element: the coverage of real images by samples. Naeem
   * et al. 2020.
   */
  double coverage(double[][] elements) {
    int covered = 0;
    for (int i = 0; i < centres.length; i++) {
      for (double[] element : elements) {
        if (squaredDistance(centres[i], element) <= squaredRadii[i]) {
          covered++;
          break;
        }
      }
    }
    return (double) covered / centres.length;
  }

  private int ballsAround(double[] element) {
    int balls = 0;
    for (int i = 0; i < centres.length; i++) {
      balls += squaredDistance(centres[i], element) <= squaredRadii[i] ? 1 : 0;
    }
    return balls;
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
