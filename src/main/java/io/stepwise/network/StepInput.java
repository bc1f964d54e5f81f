package io.stepwise.network;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepRow;

/**
 * One image's part in a batch.
 *
 * @param row the step to take
 * @param x the state, [C, H, W] row-major, float32; not changed
 * @param history the remembered tensors, [K, C, H, W] row-major, float32, empty for K = 0; not
 *     changed
 * @param noise where the step's noise comes from, if the row draws any
 * @param label class index; the index of "none" for an unconditional draw; 0 where the network has
 *     no classes
 * @param guidance classifier-free guidance g in {@code out_none + g * (out_label - out_none)}; 1
 *     costs one network evaluation, any other value two
 * @param wantsDenoised whether the output shall hold the estimate of the clean image; the next
 *     state is the same with it and without
 */
public record StepInput(
    StepRow row,
    float[] x,
    float[] history,
    NormalStream noise,
    long label,
    double guidance,
    boolean wantsDenoised) {

  /** Makes a part whose estimate of the clean image nobody wants. */
  public StepInput(
      StepRow row, float[] x, float[] history, NormalStream noise, long label, double guidance) {
    this(row, x, history, noise, label, guidance, false);
  }
}
