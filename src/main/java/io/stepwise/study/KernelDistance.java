package io.stepwise.study;

import io.stepwise.data.EpochOrder;

/**
 * The unbiased squared maximum mean discrepancy of two sets of features with the kernel {@code (x y
 * / width + 1)^3}, averaged over subsets: Binkowski et al. 2018 (arXiv:1801.01401). It may be a
 * little below 0.
 */
final class KernelDistance {

  /** Elements of a subset, or all there are. */
  static final int SUBSET = 1000;

  private KernelDistance() {}

  /**
   * Returns the mean over disjoint subsets of both sets.
   *
   * @param first one row an element, two rows or more
   * @param second likewise, of the same width
   * @param seed of the order in which subsets are taken
   */
  static double between(double[][] first, double[][] second, long seed) {
    int size = Math.min(SUBSET, Math.min(first.length, second.length));
    int subsets = Math.min(first.length, second.length) / size;
    int[] firstOrder = new EpochOrder(seed, first.length).order(0);
    int[] secondOrder = new EpochOrder(seed + 1, second.length).order(0);
    double sum = 0;
    for (int subset = 0; subset < subsets; subset++) {
      sum +=
          ofSets(
              pick(first, firstOrder, subset * size, size),
              pick(second, secondOrder, subset * size, size));
    }
    return sum / subsets;
  }

  /** Returns the estimate from two whole sets. */
  static double ofSets(double[][] first, double[][] second) {
    return within(first) + within(second) - 2 * across(first, second);
  }

  private static double[][] pick(double[][] rows, int[] order, int from, int count) {
    double[][] picked = new double[count][];
    for (int i = 0; i < count; i++) {
      picked[i] = rows[order[from + i]];
    }
    return picked;
  }

  private static double within(double[][] rows) {
    double sum = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < i; j++) {
        sum += 2 * kernel(rows[i], rows[j]);
      }
    }
    return sum / ((double) rows.length * (rows.length - 1));
  }

  private static double across(double[][] first, double[][] second) {
    double sum = 0;
    for (double[] a : first) {
      for (double[] b : second) {
        sum += kernel(a, b);
      }
    }
    return sum / ((double) first.length * second.length);
  }

  private static double kernel(double[] a, double[] b) {
    double product = 0;
    for (int i = 0; i < a.length; i++) {
      product += a[i] * b[i];
    }
    double base = product / a.length + 1;
    return base * base * base;
  }
}
