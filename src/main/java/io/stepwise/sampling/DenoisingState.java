package io.stepwise.sampling;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepOutput;
import org.jspecify.annotations.Nullable;

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
public record DenoisingState(Recipe recipe, int image, int step, float[] x, float[] history) {

  private static final float[] NONE = {};

  /** Returns an image that waits for its first step. */
  static DenoisingState first(Recipe recipe, int image) {
    return new DenoisingState(recipe, image, 0, NONE, NONE);
  }

  /** Returns how many steps are left; 0 for a finished sample. */
  public int remainingSteps() {
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
        recipe.guidance(),
        recipe.shows(step + 1, Previews.Kind.DENOISED));
  }

  /** Returns the state one step on. */
  DenoisingState after(StepOutput output) {
    return new DenoisingState(recipe, image, step + 1, output.x(), output.history());
  }

  /**
   * Returns what is shown of the step that led here: the estimate of the clean image, or x at the
   * scale at which the next step gives it to the network, which is that of an image whatever the
   * noise, but never enlarged.
   *
   * @param output what the kernel gave for this state
   * @return null if the step is not shown
   */
  float @Nullable [] preview(StepOutput output) {
    if (recipe.shows(step, Previews.Kind.NOISY)) {
      double scale = recipe.plan().rows().get(step).inputScale();
      return scale < 1 ? scaled(x, (float) scale) : x;
    }
    return output.denoised();
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
    return scaled(draw, (float) recipe.plan().initialScale());
  }

  private static float[] scaled(float[] values, float scale) {
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = scale * values[i];
    }
    return scaled;
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
