package io.stepwise.sampling;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepOutput;

/**
 * One image between two steps: all that is needed to go on, anywhere.
 *
 * <p>Before the first step there are no tensors, so that an image that waits costs next to nothing;
 * the first draw is made where the first step is taken. The arrays are never changed once they are
 * in a state.
 *
 * @param recipe what the image shares with the others of its generation
 * @param image index in the generation, 0 or more
 * @param step steps taken so far, 0 to the plan's
 * @param x the state, [C, H, W] row-major, float32; empty before the first step, and after the last
 *     one the image that it was decoded to
 * @param history the remembered tensors, [K, C, H, W] row-major, float32; empty before the first
 *     step and for K = 0
 */
record DenoisingState(Recipe recipe, int image, int step, float[] x, float[] history) {

  private static final float[] NONE = {};

  /** Returns an image that waits for its first step. */
  static DenoisingState first(Recipe recipe, int image) {
    return new DenoisingState(recipe, image, 0, NONE, NONE);
  }

  /** Returns how many steps are left; 0 for a finished sample. */
  int remainingSteps() {
    return recipe.plan().steps() - step;
  }

  /** Returns what the kernel needs to take the next step. */
  StepInput nextInput() {
    StepRow row = recipe.plan().rows().get(step);
    boolean fresh = step == 0;
    return new StepInput(
        row,
        fresh ? firstDraw() : x,
        fresh ? new float[recipe.plan().history() * recipe.shape().size()] : history,
        new NormalStream(recipe.seed(), image, step + 1),
        recipe.label(),
        recipe.guidance());
  }

  /** Returns the state one step on. */
  DenoisingState after(StepOutput output) {
    return new DenoisingState(recipe, image, step + 1, output.x(), output.history());
  }

  /** Returns this finished state with the image that it was decoded to. */
  DenoisingState decodedTo(float[] pixels) {
    return new DenoisingState(recipe, image, step, pixels, NONE);
  }

  /** Returns whether every number of the state is finite. */
  boolean isFinite() {
    return isFinite(x) && isFinite(history);
  }

  @Override
  public String toString() {
    return recipe.request() + "/" + image + " after " + step + " of " + recipe.plan().steps();
  }

  private float[] firstDraw() {
    float[] draw = new NormalStream(recipe.seed(), image, 0).draw(recipe.shape().size());
    float scale = (float) recipe.plan().initialScale();
    for (int i = 0; i < draw.length; i++) {
      draw[i] *= scale;
    }
    return draw;
  }

  private static boolean isFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
