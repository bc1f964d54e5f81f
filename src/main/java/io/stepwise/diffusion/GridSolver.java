package io.stepwise.diffusion;

/**
 * A sampling method that sees nothing of a model but its noise levels, so that the same method
 * serves variance-preserving, variance-exploding, flow and preconditioned models.
 */
interface GridSolver {

  /**
   * Returns the plan that leads from the first level of a grid to its end.
   *
   * @throws IllegalArgumentException if this solver's options do not fit the levels
   */
  StepPlan plan(NoiseGrid grid);
}
