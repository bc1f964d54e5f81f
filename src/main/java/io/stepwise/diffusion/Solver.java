package io.stepwise.diffusion;

/**
 * A sampling method: one algorithm of one paper, as a pure function to a table of coefficients.
 *
 * <p>A solver is a value that holds its own options. It decides how much history its rows remember,
 * and how many rows, which are network evaluations, a step costs.
 */
interface Solver {

  /**
   * Returns the plan of this solver for a model.
   *
   * @param steps number of steps, 1 to the model's training timesteps
   * @throws IllegalArgumentException if the steps or this solver's options do not fit the model
   */
  StepPlan plan(DiscreteModel model, int steps);
}
