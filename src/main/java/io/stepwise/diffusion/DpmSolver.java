package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * The multistep DPM-Solver++: Lu et al. 2022 (arXiv:2211.01095), algorithm 2 and its third order;
 * with other algorithms DPM-Solver (arXiv:2206.00927) and their SDE counterparts. One evaluation a
 * step; remembers the estimates of the steps before, one less than its order.
 *
 * <p>As in diffusers the first steps have the order of the estimates that there are, the step to
 * the clean image has order 1, and with fewer than 15 steps the last two have orders 2 and 1.
 *
 * @param algorithm what the series is of
 * @param order 1 to 3
 * @param usesMidpoint whether order 2 is the midpoint rule, or else Heun's
 * @param lowersOrderAtEnd whether fewer than 15 steps end at lower orders
 * @param endsWithEuler whether the last step has order 1
 */
record DpmSolver(
    DpmAlgorithm algorithm,
    int order,
    boolean usesMidpoint,
    boolean lowersOrderAtEnd,
    boolean endsWithEuler)
    implements GridSolver {

  /** From so many steps on the last ones keep their order. */
  private static final int MANY_STEPS = 15;

  @Override
  public StepPlan plan(NoiseGrid grid) {
    grid.requireDistinctLevels();
    int history = order - 1;
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      DpmAlgorithm.Coefficients factors =
          algorithm.coefficients(grid.level(i), grid.level(i + 1), usesMidpoint);
      LinearForm next = next(grid, i, factors);
      List<LinearForm> remembered = new ArrayList<>();
      for (int k = 0; k < history; k++) {
        remembered.add(estimate(grid, i, k));
      }
      rows.add(grid.row(i, LinearForm.matrix(next, remembered), factors.noise()));
    }
    return new StepPlan(grid.initialScale(), history, rows);
  }

  private int orderAt(NoiseGrid grid, int step) {
    int left = grid.steps() - step;
    boolean lowers = lowersOrderAtEnd && grid.steps() < MANY_STEPS;
    if (left == 1 && (endsWithEuler || lowers || grid.end().isClean())) {
      return 1;
    }
    int known = Math.min(order, step + 1);
    return left == 2 && lowers ? Math.min(2, known) : known;
  }

  /** Returns the estimate of this step, for an age of 0, or of one of those before. */
  private LinearForm estimate(NoiseGrid grid, int step, int age) {
    int history = order - 1;
    if (age > 0) {
      return LinearForm.remembered(age, history);
    }
    return algorithm.estimatesData() ? LinearForm.of(0, 0, 1, history) : grid.noise(step, history);
  }

  private LinearForm next(NoiseGrid grid, int i, DpmAlgorithm.Coefficients factors) {
    LinearForm now = estimate(grid, i, 0);
    LinearForm next = LinearForm.of(factors.state(), 0, 0, order - 1).plus(factors.zeroth(), now);
    int orderNow = orderAt(grid, i);
    if (orderNow == 1) {
      return next;
    }
    LinearForm before = estimate(grid, i, 1);
    double h = grid.logSnrStep(i);
    double h0 = grid.logSnrStep(i - 1);
    LinearForm slope = now.plus(-1, before).times(h / h0);
    if (orderNow == 2) {
      return next.plus(factors.difference(), slope);
    }
    double h1 = grid.logSnrStep(i - 2);
    LinearForm slopeBefore = before.plus(-1, estimate(grid, i, 2)).times(h / h1);
    LinearForm bend = slope.plus(-1, slopeBefore);
    LinearForm slopeNow = slope.plus(h0 / (h0 + h1), bend);
    return next.plus(factors.linear(), slopeNow).plus(factors.quadratic() * h / (h0 + h1), bend);
  }
}
