package io.stepwise.diffusion;

/** Small systems of linear equations. */
final class LinearSystem {

  private LinearSystem() {}

  /**
   * Returns x of {@code A x = b}, by elimination with partial pivoting.
   *
   * @param a a regular square matrix; overwritten
   * @param b as many numbers; overwritten and returned
   */
  static double[] solve(double[][] a, double[] b) {
    int size = b.length;
    for (int c = 0; c < size; c++) {
      swap(a, b, c, pivot(a, c));
      for (int r = 0; r < size; r++) {
        if (r != c) {
          eliminate(a, b, c, r);
        }
      }
    }
    for (int c = 0; c < size; c++) {
      b[c] /= a[c][c];
    }
    return b;
  }

  private static int pivot(double[][] a, int column) {
    int best = column;
    for (int r = column + 1; r < a.length; r++) {
      if (Math.abs(a[r][column]) > Math.abs(a[best][column])) {
        best = r;
      }
    }
    return best;
  }

  private static void swap(double[][] a, double[] b, int first, int second) {
    double[] row = a[first];
    a[first] = a[second];
    a[second] = row;
    double value = b[first];
    b[first] = b[second];
    b[second] = value;
  }

  private static void eliminate(double[][] a, double[] b, int pivot, int row) {
    double factor = a[row][pivot] / a[pivot][pivot];
    for (int c = pivot; c < b.length; c++) {
      a[row][c] -= factor * a[pivot][c];
    }
    b[row] -= factor * b[pivot];
  }
}
