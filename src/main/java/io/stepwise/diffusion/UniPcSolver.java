package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Unified predictor-corrector: Zhao et al. 2023 (arXiv:2302.04867), algorithms 1 to 4. One
 * evaluation a step, which corrects the state that the step before predicted and predicts the next
 * one.
 *
 * <p>Remembers the corrected state of the step before (h1) and the estimates of the steps before
 * (h2 is the newest), as many as its order. As in diffusers the predictor of order 2 and the
 * corrector of order 1 have a weight of 1/2, the corrector has the order of the predictor that it
 * corrects, and the first steps have the order of the estimates that there are.
 *
 * @param order 1 to 3
 * @param usesGrowth whether B(h) is exp(h) - 1 (diffusers' bh2), or else h (bh1)
 * @param estimatesData whether the series is of the clean image, or else of the noise
 * @param lowersOrderAtEnd whether the last steps have the order of the steps that are left
 * @param uncorrected indices of the steps whose prediction is not corrected
 */
record UniPcSolver(
    int order,
    boolean usesGrowth,
    boolean estimatesData,
    boolean lowersOrderAtEnd,
    Set<Integer> uncorrected)
    implements GridSolver {

  UniPcSolver {
    uncorrected = Set.copyOf(uncorrected);
  }

  @Override
  public StepPlan plan(NoiseGrid grid) {
    grid.requireDistinctLevels();
    int history = 1 + order;
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      LinearForm state = LinearForm.of(1, 0, 0, history);
      if (i > 0 && !uncorrected.contains(i - 1)) {
        state = corrected(grid, i);
      }
      List<LinearForm> remembered = new ArrayList<>();
      remembered.add(state);
      for (int age = 0; age < order; age++) {
        remembered.add(estimate(grid, i, age));
      }
      rows.add(grid.row(i, LinearForm.matrix(predicted(grid, i, state), remembered), 0));
    }
    return new StepPlan(grid.initialScale(), history, rows);
  }

  private int orderAt(NoiseGrid grid, int step) {
    int known = Math.min(order, step + 1);
    return lowersOrderAtEnd ? Math.min(known, grid.steps() - step) : known;
  }

  /** Returns the estimate of this step, for an age of 0, or of one of those before. */
  private LinearForm estimate(NoiseGrid grid, int step, int age) {
    int history = 1 + order;
    if (age > 0) {
      return LinearForm.remembered(1 + age, history);
    }
    return estimatesData ? LinearForm.of(0, 0, 1, history) : grid.noise(step, history);
  }

  /** Returns the state at a point as the step before would have made it, knowing its estimate. */
  private LinearForm corrected(NoiseGrid grid, int i) {
    int orderBefore = orderAt(grid, i - 1);
    Step step = new Step(grid, i - 1, usesGrowth, estimatesData);
    LinearForm newest = estimate(grid, i, 1);
    LinearForm state = step.withoutDifferences(LinearForm.remembered(1, 1 + order), newest);
    double[] weights = orderBefore == 1 ? new double[] {0.5} : step.weights(orderBefore, true);
    for (int k = 1; k < orderBefore; k++) {
      LinearForm difference = estimate(grid, i, 1 + k).plus(-1, newest);
      state = state.plus(step.onDifference() * weights[k - 1] / step.position(k), difference);
    }
    LinearForm arrival = estimate(grid, i, 0).plus(-1, newest);
    return state.plus(step.onDifference() * weights[orderBefore - 1], arrival);
  }

  private LinearForm predicted(NoiseGrid grid, int i, LinearForm state) {
    int orderNow = orderAt(grid, i);
    Step step = new Step(grid, i, usesGrowth, estimatesData);
    LinearForm newest = estimate(grid, i, 0);
    LinearForm next = step.withoutDifferences(state, newest);
    if (orderNow == 1) {
      return next;
    }
    double[] weights = orderNow == 2 ? new double[] {0.5} : step.weights(orderNow - 1, false);
    for (int k = 1; k < orderNow; k++) {
      LinearForm difference = estimate(grid, i, k).plus(-1, newest);
      next = next.plus(step.onDifference() * weights[k - 1] / step.position(k), difference);
    }
    return next;
  }

  /** The factors of the step from a point to the next level. */
  private record Step(NoiseGrid grid, int from, boolean usesGrowth, boolean estimatesData) {

    /** Returns h, signed as the exponent of the series. */
    private double exponent() {
      double h = grid.logSnrStep(from);
      return estimatesData ? -h : h;
    }

    /** Returns B(h). */
    private double growth() {
      return usesGrowth ? Math.expm1(exponent()) : exponent();
    }

    private double onEstimate() {
      NoiseLevel to = grid.level(from + 1);
      return -(estimatesData ? to.alpha() : to.sigma());
    }

    /** Returns the factor on the weighted sum of the differences. */
    double onDifference() {
      return onEstimate() * growth();
    }

    /** Returns the next state if the estimate stays what it is. */
    LinearForm withoutDifferences(LinearForm state, LinearForm estimate) {
      NoiseLevel to = grid.level(from + 1);
      NoiseLevel at = grid.level(from);
      double kept = estimatesData ? to.sigma() / at.sigma() : to.alpha() / at.alpha();
      return state.times(kept).plus(onEstimate() * Math.expm1(exponent()), estimate);
    }

    /** Returns where the point so many steps earlier lies, in units of this step. */
    double position(int earlier) {
      return (grid.level(from - earlier).logSnr() - grid.level(from).logSnr())
          / grid.logSnrStep(from);
    }

    /**
     * Returns the weights of the differences to so many other points, the nearest earlier ones
     * first, that make the step exact for polynomials: theorem 3.1 of the paper.
     *
     * @param arrives whether the last of the points is the next level, as for a corrector
     */
    double[] weights(int count, boolean arrives) {
      double h = exponent();
      double[][] powers = new double[count][count];
      double[] moments = new double[count];
      double phi = Math.expm1(h) / h - 1;
      double factorial = 1;
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < count; k++) {
          double position = arrives && k == count - 1 ? 1 : position(k + 1);
          powers[i][k] = Math.pow(position, i);
        }
        moments[i] = phi * factorial / growth();
        factorial *= i + 2;
        phi = phi / h - 1 / factorial;
      }
      return LinearSystem.solve(powers, moments);
    }
  }
}
