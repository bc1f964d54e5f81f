package io.stepwise.diffusion;

import java.util.Arrays;

/**
 * The matrix M of one step: {@code (x', h') = M (x, out, denoised, h)} with K remembered tensors h.
 *
 * <p>It has 1 + K rows and 3 + K columns, dimensionless. Immutable; compared by value.
 */
public final class StepMatrix {

  private final int history;
  private final double[] values;

  private StepMatrix(int history, double[] values) {
    this.history = history;
    this.values = values;
  }

  /**
   * Returns the matrix with the given rows, the row of x' first.
   *
   * @throws IllegalArgumentException unless there are 1 + K rows of 3 + K finite numbers each
   */
  public static StepMatrix of(double[]... rows) {
    int history = rows.length - 1;
    if (history < 0) {
      throw new IllegalArgumentException("rows: 0 (expected: 1 or more)");
    }
    int columns = 3 + history;
    double[] values = new double[rows.length * columns];
    for (int r = 0; r < rows.length; r++) {
      if (rows[r].length != columns) {
        throw new IllegalArgumentException(
            "row " + r + ": " + rows[r].length + " numbers (expected: " + columns + ")");
      }
      for (int c = 0; c < columns; c++) {
        if (!Double.isFinite(rows[r][c])) {
          throw new IllegalArgumentException(
              "row " + r + ", column " + c + ": " + rows[r][c] + " (expected: a finite number)");
        }
        values[r * columns + c] = rows[r][c];
      }
    }
    return new StepMatrix(history, values);
  }

  /** Returns K, the number of remembered tensors. */
  public int history() {
    return history;
  }

  /** Returns the number of rows, 1 + K. */
  public int rows() {
    return 1 + history;
  }

  /** Returns the number of columns, 3 + K: x, out, denoised, h. */
  public int columns() {
    return 3 + history;
  }

  /** Returns one entry. */
  public double get(int row, int column) {
    return values[row * columns() + column];
  }

  /** Returns a copy of one row. */
  public double[] row(int row) {
    return Arrays.copyOfRange(values, row * columns(), (row + 1) * columns());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StepMatrix that
        && history == that.history
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * history + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("[");
    for (int r = 0; r < rows(); r++) {
      text.append(r == 0 ? "" : ", ").append(Arrays.toString(row(r)));
    }
    return text.append(']').toString();
  }
}
