package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Euler's method on the probability-flow ODE {@code dx / dsigma = (x - denoised) / sigma}: Karras
 * et al. 2022 (arXiv:2206.00364), algorithm 1 without its correction. Order 1, one evaluation a
 * step.
 *
 * <p>The same equation holds where the signal is one (variance exploding) and where it is 1 - sigma
 * (flow matching: Lipman et al. 2023, arXiv:2210.02747; Liu et al. 2023, arXiv:2209.03003).
 */
record EulerSolver() implements GridSolver {

  @Override
  public StepPlan plan(NoiseGrid grid) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      double kept = grid.level(i + 1).sigma() / grid.level(i).sigma();
      rows.add(grid.row(i, StepMatrix.of(new double[] {kept, 0, 1 - kept}), 0));
    }
    return new StepPlan(grid.initialScale(), 0, rows);
  }
}
