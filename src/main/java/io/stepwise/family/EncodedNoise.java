package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.EncodedLevels;

/**
 * What an encoder makes of images: the mean and the deviation of a Gaussian for each pixel. Its
 * tensors, [B, C, H, W], carry gradients.
 *
 * @param mean the means
 * @param logDeviation logarithms of the deviations
 */
record EncodedNoise(NDArray mean, NDArray logDeviation) {

  /**
   * Returns the Gaussians of an encoder's output.
   *
   * @param output [B, 2 C, H, W], means first
   */
  static EncodedNoise of(NDArray output, NDManager manager) {
    NDList halves = output.split(2, 1);
    NDArray bound = manager.full(new Shape(), (float) EncodedLevels.LARGEST_LOG_DEVIATION);
    return new EncodedNoise(halves.get(0), halves.get(1).div(bound).tanh().mul(bound));
  }

  /** Returns standard noise, as without an encoder. */
  static EncodedNoise standard(Shape shape, NDManager manager) {
    return new EncodedNoise(manager.zeros(shape), manager.zeros(shape));
  }

  /** Returns how far each pixel's Gaussian is from standard noise, in nats. */
  NDArray divergence(NDManager manager) {
    NDArray one = manager.ones(new Shape());
    NDArray half = manager.full(new Shape(), 0.5f);
    NDArray logVariance = logDeviation.add(logDeviation);
    return mean.mul(mean).add(logVariance.exp()).sub(logVariance).sub(one).mul(half);
  }
}
