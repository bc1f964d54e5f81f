package io.stepwise.diffusion;

import java.util.List;

/**
 * A whole sampler as a table: where x begins and one {@link StepRow} for each network evaluation.
 *
 * <p>The state x begins as {@code initialScale * z} and the history h as zeros. After the last row
 * x is the sample.
 *
 * @param initialScale standard deviation of the first state
 * @param history K, how many tensors are remembered between steps
 * @param rows the steps in order; every matrix has this history
 */
public record StepPlan(double initialScale, int history, List<StepRow> rows) {

  /** Copies the rows and checks that they fit the history. */
  public StepPlan {
    rows = List.copyOf(rows);
    if (!(initialScale >= 0) || !Double.isFinite(initialScale)) {
      throw new IllegalArgumentException("initialScale: " + initialScale + " (expected: >= 0)");
    }
    if (rows.isEmpty()) {
      throw new IllegalArgumentException("rows: 0 (expected: 1 or more)");
    }
    for (StepRow row : rows) {
      if (row.m().history() != history) {
        throw new IllegalArgumentException(
            "history: " + row.m().history() + " (expected: " + history + ")");
      }
    }
  }

  /** Returns the number of steps, which is the number of network evaluations. */
  public int steps() {
    return rows.size();
  }
}
