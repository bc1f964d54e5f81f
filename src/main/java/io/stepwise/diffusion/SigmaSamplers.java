package io.stepwise.diffusion;

import static io.stepwise.diffusion.SchedulerField.CLIP_DENOISED;
import static io.stepwise.diffusion.SchedulerField.INVERT_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.NUM_TRAIN_TIMESTEPS;
import static io.stepwise.diffusion.SchedulerField.SHIFT;
import static io.stepwise.diffusion.SchedulerField.SHIFT_TERMINAL;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MAX;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MIN;
import static io.stepwise.diffusion.SchedulerField.STOCHASTIC_SAMPLING;
import static io.stepwise.diffusion.SchedulerField.S_NOISE;
import static io.stepwise.diffusion.SchedulerField.THRESHOLDING;
import static io.stepwise.diffusion.SchedulerField.USE_DYNAMIC_SHIFTING;

/** Reads the samplers of models over a continuous range of noise: flow, EDM and consistency. */
final class SigmaSamplers {

  private SigmaSamplers() {}

  static Sampler flowEuler(SchedulerFields fields) {
    fields.requireOff(USE_DYNAMIC_SHIFTING);
    fields.requireOff(INVERT_SIGMAS);
    FlowGrid grid = flow(fields);
    GridSolver solver =
        fields.flag(STOCHASTIC_SAMPLING) ? new RenoisingSolver() : new EulerSolver();
    return steps -> solver.plan(grid.grid(steps));
  }

  static Sampler flowHeun(SchedulerFields fields) {
    FlowGrid grid = flow(fields);
    return steps -> new HeunSolver().plan(grid.grid(steps));
  }

  static Sampler edmEuler(SchedulerFields fields) {
    EdmGrid grid = EdmGrid.of(fields);
    return steps -> new EulerSolver().plan(grid.grid(steps));
  }

  static Sampler edmHeun(SchedulerFields fields) {
    EdmGrid grid = EdmGrid.of(fields);
    return steps -> new HeunSolver().plan(grid.grid(steps));
  }

  static Sampler edmDpm(SchedulerFields fields) {
    fields.requireOff(THRESHOLDING);
    EdmGrid grid = EdmGrid.of(fields);
    DpmSolver solver = BetaSamplers.dpmSolver(fields);
    return steps -> solver.plan(grid.grid(steps));
  }

  static Sampler consistency(SchedulerFields fields) {
    ConsistencyGrid grid =
        new ConsistencyGrid(
            consistencyFunction(fields),
            fields.positive(S_NOISE, Double.MAX_VALUE),
            fields.flag(CLIP_DENOISED));
    return steps -> new RenoisingSolver().plan(grid.grid(steps));
  }

  /** Reads what the network of a consistency model was trained as. */
  static ConsistencyFunction consistencyFunction(SchedulerFields fields) {
    return new ConsistencyFunction(SigmaRange.of(fields, 2));
  }

  /** Reads the noise levels of a flow-matching model. */
  static FlowGrid flow(SchedulerFields fields) {
    return new FlowGrid(
        fields.integer(NUM_TRAIN_TIMESTEPS, 1, NoiseSchedule.MAX_TIMESTEPS),
        fields.positive(SHIFT, Double.MAX_VALUE),
        fields.has(SHIFT_TERMINAL) ? fields.positive(SHIFT_TERMINAL, 1) : null,
        RatioSpacing.of(fields),
        fields.positiveOrNull(SIGMA_MAX),
        fields.positiveOrNull(SIGMA_MIN));
  }
}
