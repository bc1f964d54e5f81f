package io.stepwise.batching;

import java.util.Arrays;

/**
 * The last few measurements of one thing, of which the median counts: as long as they are fewer
 * than half, outliers of any size change little. Not thread safe.
 */
final class RecentTimes {

  private static final int KEPT = 9;

  private final long[] nanos = new long[KEPT];
  private int count;
  private int next;
  private long median;

  void add(long measured) {
    nanos[next] = measured;
    next = (next + 1) % KEPT;
    count = Math.min(count + 1, KEPT);
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    median = sorted[(count - 1) / 2];
  }

  /** Returns how many measurements count, 0 to 9. */
  int count() {
    return count;
  }

  /** Returns the median, the lower one of two; there must be a measurement. */
  long median() {
    return median;
  }
}
