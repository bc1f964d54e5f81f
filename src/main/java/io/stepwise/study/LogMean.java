package io.stepwise.study;

import java.util.Arrays;

/** Logarithms of means of probabilities that are too small for a double. */
final class LogMean {

  private LogMean() {}

  /** Returns {@code -ln mean(exp(-cost))}, never more than the mean cost. */
  static double ofCosts(double[] costs) {
    double least = Arrays.stream(costs).min().orElse(Double.NaN);
    double sum = Arrays.stream(costs).map(cost -> Math.exp(least - cost)).sum();
    return least - Math.log(sum / costs.length);
  }
}
