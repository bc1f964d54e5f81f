package io.stepwise.cluster;

import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.Recipe;

/**
 * A {@link DenoisingState} without its recipe, which both ends have.
 *
 * @param image index in the generation, 0 or more
 * @param step steps taken so far
 * @param x the state, [C, H, W] row-major, float32; empty before the first step
 * @param history the remembered tensors, [K, C, H, W] row-major, float32
 */
record ImageState(int image, int step, float[] x, float[] history) {

  ImageState {
    if (image < 0 || step < 0) {
      throw new IllegalArgumentException(
          "image, step: " + image + ", " + step + " (expected: 0 or more)");
    }
  }

  static ImageState of(DenoisingState state) {
    return new ImageState(state.image(), state.step(), state.x(), state.history());
  }

  DenoisingState with(Recipe recipe) {
    return new DenoisingState(recipe, image, step, x, history);
  }
}
