package io.stepwise.sampling;

import java.time.Duration;

/**
 * A request that was found good, with everything that it left open decided.
 *
 * @param model name of the model
 * @param n how many images
 * @param solver name of the solver
 * @param labelName the label asked for; empty for none
 * @param deadline how long the generation may take
 * @param recipe what every image needs
 */
record ResolvedRequest(
    String model, int n, String solver, String labelName, Duration deadline, Recipe recipe) {

  String id() {
    return recipe.request();
  }
}
