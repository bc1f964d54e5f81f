package io.stepwise.family;

import io.stepwise.diffusion.ConsistencyFunction;
import java.util.Arrays;
import org.apache.commons.numbers.gamma.Erf;

/**
 * The pairs of neighbouring noise levels that a consistency model is trained on, which come closer
 * to each other as the training goes on, and how often each is drawn: Song and Dhariwal 2024
 * (arXiv:2310.14189), sections 3.4 and 3.5.
 */
final class ConsistencyLevels {

  private static final int FEWEST_INTERVALS = 10;
  private static final double MEAN_LOG_SIGMA = -1.1;
  private static final double DEVIATION_OF_LOG_SIGMA = 2;

  private final ConsistencyFunction function;
  private final int intervals;
  private final double[] cumulative;

  /**
   * Two noise levels, one interval apart.
   *
   * @param low the one with less noise
   * @param high the one with more
   */
  record Pair(double low, double high) {}

  /** Makes the pairs of so many intervals, 1 or more, between the ends of the function's range. */
  ConsistencyLevels(ConsistencyFunction function, int intervals) {
    this.function = function;
    this.intervals = intervals;
    this.cumulative = new double[intervals];
    double sum = 0;
    for (int i = 0; i < intervals; i++) {
      sum += weight(pair(i));
      cumulative[i] = sum;
    }
  }

  /**
   * Returns the number of intervals at an update: it doubles at equal distances, from 10 up to the
   * most.
   *
   * @param step index of the update, 0 or more
   * @param steps updates in all
   */
  static int intervals(int step, int steps, int most) {
    int fewest = Math.min(FEWEST_INTERVALS, most);
    double doublings = Math.log((double) most / fewest) / Math.log(2);
    int updatesEach = Math.max(1, (int) (steps / (doublings + 1)));
    int doubled = step / updatesEach;
    return (int) Math.min(fewest * Math.pow(2, doubled), most);
  }

  /**
   * Draws a pair.
   *
   * @param fraction uniform between 0 and 1 (excluded)
   */
  Pair draw(double fraction) {
    double wanted = fraction * cumulative[intervals - 1];
    int found = Arrays.binarySearch(cumulative, wanted);
    return pair(Math.min(intervals - 1, found < 0 ? -found - 1 : found + 1));
  }

  /** Returns a pair, the one with the least noise first. */
  Pair pair(int index) {
    return new Pair(sigma(index), sigma(index + 1));
  }

  private double sigma(int index) {
    return function.sigma(1 - (double) index / intervals);
  }

  /** Returns the mass of a log-normal distribution of sigma between the two. */
  private static double weight(Pair pair) {
    return Erf.value(standard(pair.high())) - Erf.value(standard(pair.low()));
  }

  private static double standard(double sigma) {
    return (Math.log(sigma) - MEAN_LOG_SIGMA) / (Math.sqrt(2) * DEVIATION_OF_LOG_SIGMA);
  }
}
