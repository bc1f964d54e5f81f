package io.stepwise.diffusion;

/**
 * The exact mean and variance that a plan leads to when the network is linear: both are carried
 * through the rows with everything that is remembered, without drawing anything.
 */
final class StateMoments {

  private double[] mean;
  private double[][] covariance;

  /** Begins with a state of this mean and variance and nothing remembered. */
  StateMoments(int history, double mean, double variance) {
    this.mean = new double[1 + history];
    this.covariance = new double[1 + history][1 + history];
    this.mean[0] = mean;
    this.covariance[0][0] = variance;
  }

  /**
   * Takes one step.
   *
   * @param slope factor of the network's output on the state, its input's scale included
   * @param offset the output for a state of zero
   */
  void step(StepRow row, double slope, double offset) {
    int size = mean.length;
    double[][] onState = new double[size][size];
    double[] next = new double[size];
    for (int r = 0; r < size; r++) {
      double onOutput = row.m().get(r, 1) + row.m().get(r, 2) * row.q();
      onState[r][0] = row.m().get(r, 0) + row.m().get(r, 2) * row.p() + onOutput * slope;
      next[r] = onOutput * offset;
      for (int k = 1; k < size; k++) {
        onState[r][k] = row.m().get(r, 2 + k);
      }
      for (int k = 0; k < size; k++) {
        next[r] += onState[r][k] * mean[k];
      }
    }
    mean = next;
    covariance = product(onState, product(covariance, transposed(onState)));
    covariance[0][0] += row.v() * row.v();
  }

  double mean() {
    return mean[0];
  }

  double variance() {
    return covariance[0][0];
  }

  private static double[][] product(double[][] left, double[][] right) {
    double[][] product = new double[left.length][left.length];
    for (int r = 0; r < left.length; r++) {
      for (int c = 0; c < left.length; c++) {
        for (int k = 0; k < left.length; k++) {
          product[r][c] += left[r][k] * right[k][c];
        }
      }
    }
    return product;
  }

  private static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix.length][matrix.length];
    for (int r = 0; r < matrix.length; r++) {
      for (int c = 0; c < matrix.length; c++) {
        transposed[c][r] = matrix[r][c];
      }
    }
    return transposed;
  }
}
