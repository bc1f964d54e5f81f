package io.stepwise.study;

import java.util.Arrays;

/**
 * A figure measured several times.
 *
 * @param mean of all measurements
 * @param error standard error of the mean; not a number for a single measurement
 */
public record Spread(double mean, double error) {

  /** Returns the spread of one measurement or more. */
  static Spread of(double... values) {
    double mean = Arrays.stream(values).sum() / values.length;
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    int count = values.length;
    return new Spread(
        mean, count > 1 ? Math.sqrt(squares / ((double) count * (count - 1))) : Double.NaN);
  }
}
