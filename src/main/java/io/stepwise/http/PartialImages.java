package io.stepwise.http;

import java.math.BigInteger;
import java.util.stream.LongStream;

/**
 * Which steps of an image are shown before it is done: so many, spread evenly over its steps.
 *
 * @param count how many, 0 or more; after the last step there is none, so that it is at most one
 *     less than the steps
 */
record PartialImages(int count) {

  /**
   * Returns the place of a step's preview among those of its image, from 0; -1 if it has none.
   *
   * @param step steps taken, 1 to {@code of}
   */
  int indexOf(int step, int of) {
    int shown = Math.min(count, of - 1);
    if (step >= of || shown < 1) {
      return -1;
    }
    // The step of index i is (i + 1) * of / (shown + 1), rounded to the nearest.
    long index = Math.round((double) step * (shown + 1) / of) - 1;
    return index >= 0 && index < shown && stepOf(index, shown, of) == step ? (int) index : -1;
  }

  /** Returns a number of steps, as large as can be, of which every preview's step is a multiple. */
  int interval(int of) {
    int shown = Math.min(count, of - 1);
    return LongStream.range(0, shown)
        .map(index -> stepOf(index, shown, of))
        .mapToObj(BigInteger::valueOf)
        .reduce(BigInteger::gcd)
        .orElse(BigInteger.ONE)
        .intValueExact();
  }

  private static long stepOf(long index, int shown, int of) {
    return Math.round((double) (index + 1) * of / (shown + 1));
  }
}
