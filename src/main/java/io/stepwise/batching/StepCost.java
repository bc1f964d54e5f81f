package io.stepwise.batching;

/** What one step of a batch costs. */
@FunctionalInterface
public interface StepCost {

  /**
   * Returns how long a step takes, more than 0; no less for more rows.
   *
   * @param rows network rows, 1 or more
   */
  long nanos(int rows);
}
