package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Ancestral sampling: Ho et al. 2020 (arXiv:2006.11239), algorithm 2, on any subset of the
 * timesteps (Nichol and Dhariwal 2021, arXiv:2102.09672, equation 19). One evaluation a step.
 *
 * <p>A step leads to the next timestep of the plan and the last one to the clean image. As in
 * diffusers, the last step draws noise unless its timestep is 0, which with {@code fixed_large} and
 * trailing timesteps leaves visible noise in the image.
 *
 * @param variance the variance of the reverse step
 */
record DdpmSolver(VarianceType variance) implements Solver {

  @Override
  public StepPlan plan(DiscreteModel model, int steps) {
    int[] timesteps = model.timesteps(steps);
    List<StepRow> rows = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      double nextAlphaBar = i + 1 < steps ? model.schedule().alphaBar(timesteps[i + 1]) : 1;
      rows.add(row(model, timesteps[i], nextAlphaBar));
    }
    return new StepPlan(1, 0, rows);
  }

  private StepRow row(DiscreteModel model, int timestep, double nextAlphaBar) {
    double alphaBar = model.schedule().alphaBar(timestep);
    double retained = alphaBar / nextAlphaBar;
    double beta = 1 - retained;
    double onDenoised = Math.sqrt(nextAlphaBar) * beta / (1 - alphaBar);
    double onState = Math.sqrt(retained) * (1 - nextAlphaBar) / (1 - alphaBar);
    double smallVariance = beta * (1 - nextAlphaBar) / (1 - alphaBar);
    return model.row(
        timestep,
        StepMatrix.of(new double[] {onState, 0, onDenoised}),
        timestep == 0 ? 0 : variance.noiseScale(smallVariance, beta),
        variance.bounds(smallVariance, beta));
  }
}
