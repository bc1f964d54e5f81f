package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * A linear form of what a step has at hand, which is a row of a {@link StepMatrix}: factors on x,
 * out, denoised and the remembered tensors h_1 to h_K. Immutable.
 */
final class LinearForm {

  private static final int BEFORE_HISTORY = 3;

  private final double[] factors;

  private LinearForm(double[] factors) {
    this.factors = factors;
  }

  /** Returns the form that is zero. */
  static LinearForm zero(int history) {
    return new LinearForm(new double[BEFORE_HISTORY + history]);
  }

  /** Returns factors on x, out and denoised. */
  static LinearForm of(double x, double out, double denoised, int history) {
    double[] factors = new double[BEFORE_HISTORY + history];
    factors[0] = x;
    factors[1] = out;
    factors[2] = denoised;
    return new LinearForm(factors);
  }

  /** Returns one of the remembered tensors, counted from 1. */
  static LinearForm remembered(int index, int history) {
    double[] factors = new double[BEFORE_HISTORY + history];
    factors[BEFORE_HISTORY + index - 1] = 1;
    return new LinearForm(factors);
  }

  /** Returns this form and a multiple of another one. */
  LinearForm plus(double factor, LinearForm other) {
    double[] sum = factors.clone();
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * other.factors[i];
    }
    return new LinearForm(sum);
  }

  /** Returns a multiple of this form. */
  LinearForm times(double factor) {
    return zero(factors.length - BEFORE_HISTORY).plus(factor, this);
  }

  /** Returns the matrix with the given rows, the row of x' first. */
  static StepMatrix matrix(LinearForm next, Iterable<LinearForm> remembered) {
    List<double[]> rows = new ArrayList<>();
    rows.add(next.factors);
    remembered.forEach(form -> rows.add(form.factors));
    return StepMatrix.of(rows.toArray(double[][]::new));
  }
}
