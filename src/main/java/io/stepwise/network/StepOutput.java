package io.stepwise.network;

import org.jspecify.annotations.Nullable;

/**
 * One image after a step.
 *
 * @param x the next state, [C, H, W] row-major, float32; the caller's
 * @param history the next remembered tensors, [K, C, H, W] row-major, float32; the caller's
 * @param denoised the step's estimate of the clean image, clipped as the row says, [C, H, W]
 *     row-major, float32; the caller's; null where the input did not want it
 */
public record StepOutput(float[] x, float[] history, float @Nullable [] denoised) {

  /** Makes an output without the estimate of the clean image. */
  public StepOutput(float[] x, float[] history) {
    this(x, history, null);
  }
}
