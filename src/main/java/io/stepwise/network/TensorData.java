package io.stepwise.network;

import java.util.Arrays;

/**
 * One tensor's values on the heap, row-major, widened to float32.
 *
 * @param shape dimensions, empty for a scalar; not to be changed
 * @param values as many as the shape says; not to be changed
 */
public record TensorData(long[] shape, float[] values) {

  /** Checks that there are as many values as the shape says. */
  public TensorData {
    if (values.length != elements(shape)) {
      throw new IllegalArgumentException(
          "values: "
              + values.length
              + " (expected: "
              + elements(shape)
              + " for shape "
              + Arrays.toString(shape)
              + ")");
    }
  }

  /** Returns the number of elements of a shape. */
  static long elements(long[] shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }
}
