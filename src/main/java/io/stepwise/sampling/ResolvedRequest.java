package io.stepwise.sampling;

import io.stepwise.image.GenerationParameters;
import io.stepwise.network.ImageShape;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A request that was found good, with everything that it left open decided.
 *
 * @param model name of the model
 * @param n how many images
 * @param solver name of the solver
 * @param labelName the label asked for; empty for none
 * @param eta as asked for; null for the solver's own
 * @param deadline how long the generation may take
 * @param detached whether it goes on when nobody listens to it
 * @param recipe what every image needs
 */
record ResolvedRequest(
    String model,
    int n,
    String solver,
    String labelName,
    @Nullable Double eta,
    Duration deadline,
    boolean detached,
    Recipe recipe) {

  /** Returns the request with the weights that make its images. */
  ResolvedRequest on(String weights) {
    Recipe pinned = recipe.on(weights);
    return new ResolvedRequest(model, n, solver, labelName, eta, deadline, detached, pinned);
  }

  String id() {
    return recipe.request();
  }

  /** Returns how one of the images is made, for its file to tell. */
  GenerationParameters parametersOf(int image) {
    ImageShape shape = recipe.imageShape();
    return new GenerationParameters(
        model,
        recipe.key().weights(),
        solver,
        recipe.plan().steps(),
        recipe.seed(),
        labelName,
        recipe.guidance(),
        eta,
        image,
        shape.width(),
        shape.height());
  }
}
