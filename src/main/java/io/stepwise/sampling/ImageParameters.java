package io.stepwise.sampling;

import io.stepwise.network.ImageShape;

/** How an image was made, in the words that image tools read from a PNG's {@code parameters}. */
final class ImageParameters {

  private ImageParameters() {}

  /** Returns the label on the first line and the rest as a list on the second. */
  static String of(ResolvedRequest request, int image) {
    Recipe recipe = request.recipe();
    ImageShape shape = recipe.shape();
    return request.labelName()
        + ("\nSteps: " + recipe.plan().steps())
        + (", Sampler: " + request.solver())
        + (", CFG scale: " + recipe.guidance())
        + (", Seed: " + recipe.seed())
        + (", Image: " + image)
        + (", Size: " + shape.width() + "x" + shape.height())
        + (", Model hash: " + recipe.key().weights())
        + (", Model: " + request.model());
  }
}
