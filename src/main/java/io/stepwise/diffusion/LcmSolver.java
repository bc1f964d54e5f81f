package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Multistep sampling of a latent consistency model: Luo et al. 2023 (arXiv:2310.04378), algorithm
 * 3. The clean image is estimated and noised again to the next timestep. One evaluation a step.
 *
 * @param originalSteps number of equally spaced timesteps that the model was distilled at, of which
 *     a plan visits some
 * @param timestepScaling factor on the timestep in the boundary condition, which makes the function
 *     the identity at timestep 0
 */
record LcmSolver(int originalSteps, double timestepScaling) implements Solver {

  private static final double SIGMA_DATA = 0.5;

  @Override
  public StepPlan plan(DiscreteModel model, int steps) {
    NoiseSchedule schedule = model.schedule();
    int[] timesteps = timesteps(schedule.trainTimesteps(), steps);
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      double scaled = timesteps[i] * timestepScaling;
      double variance = scaled * scaled + SIGMA_DATA * SIGMA_DATA;
      double onState = SIGMA_DATA * SIGMA_DATA / variance;
      double onDenoised = scaled / Math.sqrt(variance);
      boolean isLast = i == steps - 1;
      double alpha = isLast ? 1 : schedule.alpha(timesteps[i + 1]);
      double sigma = isLast ? 0 : schedule.sigma(timesteps[i + 1]);
      StepMatrix m = StepMatrix.of(new double[] {alpha * onState, 0, alpha * onDenoised});
      rows.add(model.row(timesteps[i], m, sigma, null));
    }
    return new StepPlan(1, 0, rows);
  }

  /** Returns every so many of the timesteps of the distillation, the noisiest first. */
  private int[] timesteps(int trainTimesteps, int steps) {
    if (steps < 1 || steps > originalSteps) {
      throw new IllegalArgumentException(
          "steps: %d (expected: 1 to original_inference_steps, %d)"
              .formatted(steps, originalSteps));
    }
    int stride = trainTimesteps / originalSteps;
    int[] timesteps = new int[steps];
    for (int i = 0; i < steps; i++) {
      int index = (int) Math.floor(i * ((double) originalSteps / steps));
      timesteps[i] = (originalSteps - index) * stride - 1;
    }
    return timesteps;
  }
}
