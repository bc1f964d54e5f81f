package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Euler steps below the next noise level and fresh noise back up to it, as much as the posterior of
 * the diffusion has: the ancestral sampler of k-diffusion, which is Ho et al. 2020
 * (arXiv:2006.11239), algorithm 2, at a signal of one. One evaluation a step.
 */
record AncestralEulerSolver() implements GridSolver {

  @Override
  public StepPlan plan(NoiseGrid grid) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      double from = grid.level(i).sigma();
      double to = grid.level(i + 1).sigma();
      double up = to * Math.sqrt(Math.max(0, (from - to) * (from + to))) / from;
      double kept = Math.sqrt(Math.max(0, to * to - up * up)) / from;
      rows.add(grid.row(i, StepMatrix.of(new double[] {kept, 0, 1 - kept}), up));
    }
    return new StepPlan(grid.initialScale(), 0, rows);
  }
}
