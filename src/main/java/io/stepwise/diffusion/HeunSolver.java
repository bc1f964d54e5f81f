package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Heun's method on the probability-flow ODE: Karras et al. 2022 (arXiv:2206.00364), algorithm 1
 * without churn; on flow levels the same for flow matching. Order 2, two evaluations a step and one
 * for the last, 2 n - 1 in all.
 *
 * <p>A step is two rows: the first goes to the next level by Euler's method and remembers the state
 * with half of that way, the second adds half of the way along the slope at the next level. A step
 * to the end of the levels is one row of Euler's method.
 */
record HeunSolver() implements GridSolver {

  private static final int HISTORY = 1;
  private static final LinearForm STATE = LinearForm.of(1, 0, 0, HISTORY);

  @Override
  public StepPlan plan(NoiseGrid grid) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      double way = grid.level(i + 1).sigma() - grid.level(i).sigma();
      LinearForm slope = grid.slope(i, HISTORY);
      boolean isLast = i == grid.steps() - 1;
      LinearForm halfway = isLast ? LinearForm.zero(HISTORY) : STATE.plus(way / 2, slope);
      rows.add(row(grid, i, STATE.plus(way, slope), halfway));
      if (!isLast) {
        LinearForm other = grid.slope(i + 1, HISTORY);
        LinearForm next = LinearForm.remembered(1, HISTORY).plus(way / 2, other);
        rows.add(row(grid, i + 1, next, LinearForm.zero(HISTORY)));
      }
    }
    return new StepPlan(grid.initialScale(), HISTORY, rows);
  }

  private static StepRow row(NoiseGrid grid, int point, LinearForm next, LinearForm remembered) {
    return grid.row(point, LinearForm.matrix(next, List.of(remembered)), 0);
  }
}
