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
    if (Arrays.stream(shape).anyMatch(dimension -> dimension < 0)) {
      throw new IllegalArgumentException(
          "shape: " + Arrays.toString(shape) + " (expected: all >= 0)");
    }
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

  /**
   * Returns the number of elements of a shape.
   *
   * @throws ArithmeticException if it is no long
   */
  static long elements(long[] shape) {
    if (Arrays.stream(shape).anyMatch(dimension -> dimension == 0)) {
      return 0;
    }
    return Arrays.stream(shape).reduce(1, Math::multiplyExact);
  }
}
