package io.stepwise.http;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** How often which time passed between two events, in milliseconds up to ten seconds. */
final class Intervals {

  private final AtomicIntegerArray counts = new AtomicIntegerArray(10_000);

  void add(long nanos) {
    counts.incrementAndGet((int) Math.min(counts.length() - 1, nanos / 1_000_000));
  }

  long count() {
    return Arrays.stream(copy()).sum();
  }

  /** Returns the time in milliseconds that this part of them does not exceed. */
  int quantile(double part) {
    long left = (long) (part * count());
    int[] all = copy();
    for (int millis = 0; millis < all.length; millis++) {
      left -= all[millis];
      if (left < 0) {
        return millis;
      }
    }
    return all.length - 1;
  }

  private int[] copy() {
    int[] copy = new int[counts.length()];
    Arrays.setAll(copy, counts::get);
    return copy;
  }
}
