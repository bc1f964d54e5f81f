package io.stepwise.family;

import io.stepwise.network.ImageShape;

/**
 * The images of one training step, and the step's random key.
 *
 * @param images clean images, [B, C, H, W] row-major, float32 in [-1, 1]; not changed
 * @param labels label of each image; -1 for none
 * @param shape shape of one image
 * @param seed the run's seed
 * @param step index of the step in the run, 0 or more; with the seed it keys all random draws
 */
public record TrainingBatch(float[] images, int[] labels, ImageShape shape, long seed, int step) {

  /** Returns B, the number of images. */
  public int size() {
    return labels.length;
  }
}
