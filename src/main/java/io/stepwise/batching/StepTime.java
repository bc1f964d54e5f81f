package io.stepwise.batching;

/**
 * A measurement: how long a step of so many network rows took.
 *
 * @param rows network rows, 1 or more
 * @param nanos more than 0
 */
public record StepTime(int rows, long nanos) {

  /** Checks the numbers. */
  public StepTime {
    if (rows < 1) {
      throw new IllegalArgumentException("rows: " + rows + " (expected: >= 1)");
    }
    if (nanos < 1) {
      throw new IllegalArgumentException("nanos: " + nanos + " (expected: >= 1)");
    }
  }
}
