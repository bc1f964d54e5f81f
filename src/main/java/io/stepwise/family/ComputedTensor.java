package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * A number that was computed here, in double precision, from a tensor's values, as a tensor through
 * which gradients flow: what float32 does not compute well, as the likelihood of a level far out in
 * a Gaussian's tail, keeps its digits.
 */
final class ComputedTensor {

  private ComputedTensor() {}

  /**
   * Returns a scalar whose value is given, and whose gradient by an input is too.
   *
   * @param value the number
   * @param input what it was computed from
   * @param slopes its derivative by each of the input's values
   * @param manager owner of all tensors made
   */
  static NDArray of(double value, NDArray input, float[] slopes, NDManager manager) {
    NDArray slope = manager.create(slopes, input.getShape());
    NDArray nothing = input.sub(input.stopGradient());
    return nothing.mul(slope).sum().add(manager.full(new Shape(), (float) value));
  }
}
