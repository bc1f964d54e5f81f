package io.stepwise.diffusion;

/** A sampling method with its options and its model, which lacks but the number of steps. */
@FunctionalInterface
interface Sampler {

  /**
   * Returns the plan with this many steps.
   *
   * @throws IllegalArgumentException if this sampler cannot take so many steps
   */
  StepPlan plan(int steps);
}
