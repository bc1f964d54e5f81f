package io.stepwise.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * A made-up distribution of one pixel, {@code .5 N(.12 K, .03 K) + .3 N(.6 K, .1 K) + .2 [0]} over
 * K levels at bin centres, of which everything can be computed exactly.
 */
final class PixelSource {

  private static final double LEAST = 1e-12;

  private final double[] probabilities;

  PixelSource(int levels) {
    double[] weights = new double[levels];
    double sum = 0;
    for (int v = 0; v < levels; v++) {
      double first = .5 / (.03 * levels) * bell((v - .12 * levels) / (.03 * levels));
      double second = .3 / (.1 * levels) * bell((v - .6 * levels) / (.1 * levels));
      weights[v] = first + second + (v == 0 ? .2 : 0);
      sum += weights[v];
    }
    for (int v = 0; v < levels; v++) {
      weights[v] /= sum;
    }
    this.probabilities = weights;
  }

  private static double bell(double z) {
    return Math.exp(-z * z / 2);
  }

  int levels() {
    return probabilities.length;
  }

  double probability(int level) {
    return probabilities[level];
  }

  boolean isPossible(int level) {
    return probabilities[level] > LEAST;
  }

  double value(int level) {
    return (2 * level + 1.0) / levels() - 1;
  }

  /** Returns the expectation of a function of the value. */
  double mean(DoubleUnaryOperator function) {
    double sum = 0;
    for (int v = 0; v < levels(); v++) {
      sum += probabilities[v] * function.applyAsDouble(value(v));
    }
    return sum;
  }

  double entropyBits() {
    double sum = 0;
    for (double p : probabilities) {
      sum -= p > 0 ? p * Math.log(p) / Math.log(2) : 0;
    }
    return sum;
  }

  /**
   * Returns the mean squared error of the best estimate from the value with noise, {@code E Var(x |
   * x + ratio * n)}, by the trapezoidal rule over what is seen, exact to all digits for Gaussians.
   */
  double leastError(double ratio) {
    double spacing = ratio / 4;
    double reach = 9 * ratio;
    double sum = 0;
    for (double seen = -1 - reach; seen < 1 + reach; seen += spacing) {
      double mass = 0;
      double first = 0;
      double second = 0;
      int from = (int) Math.floor((seen - reach + 1) * levels() / 2 - 1);
      int to = (int) Math.ceil((seen + reach + 1) * levels() / 2);
      for (int v = Math.max(0, from); v < Math.min(levels(), to + 1); v++) {
        if (!isPossible(v)) {
          continue;
        }
        double weight = probabilities[v] * bell((seen - value(v)) / ratio);
        mass += weight;
        first += weight * value(v);
        second += weight * value(v) * value(v);
      }
      sum += mass > 0 ? second - first * first / mass : 0;
    }
    return sum * spacing / (ratio * Math.sqrt(2 * Math.PI));
  }
}
