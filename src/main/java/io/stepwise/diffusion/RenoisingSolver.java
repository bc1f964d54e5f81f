package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Estimates the clean image and noises it afresh to the next level, again and again: the multistep
 * sampler of consistency models, Song et al. 2023 (arXiv:2303.01469), algorithm 1. One evaluation a
 * step.
 *
 * <p>Of a model that estimates the mean of the clean image instead, the samples vary too little: on
 * Gaussian data their variance comes down to half of the data's.
 */
record RenoisingSolver() implements GridSolver {

  @Override
  public StepPlan plan(NoiseGrid grid) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < grid.steps(); i++) {
      NoiseLevel next = grid.level(i + 1);
      rows.add(grid.row(i, StepMatrix.of(new double[] {0, 0, next.alpha()}), next.sigma()));
    }
    return new StepPlan(grid.initialScale(), 0, rows);
  }
}
