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

  private static final double[] NOTHING = {0, 0, 0, 0};

  @Override
  public StepPlan plan(NoiseGrid grid) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      double from = grid.level(i).sigma();
      double to = grid.level(i + 1).sigma();
      double kept = to / from;
      double[] euler = {kept, 0, 1 - kept, 0};
      if (i == grid.steps() - 1) {
        rows.add(grid.row(i, StepMatrix.of(euler, NOTHING), 0));
      } else {
        double half = (to - from) / (2 * from);
        rows.add(grid.row(i, StepMatrix.of(euler, new double[] {1 + half, 0, -half, 0}), 0));
        double otherHalf = (to - from) / (2 * to);
        double[] heun = {otherHalf, 0, -otherHalf, 1};
        rows.add(grid.row(i + 1, StepMatrix.of(heun, NOTHING), 0));
      }
    }
    return new StepPlan(grid.initialScale(), 1, rows);
  }
}
