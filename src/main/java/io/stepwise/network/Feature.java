package io.stepwise.network;

/**
 * A value in a network under construction.
 *
 * @param name the local name that holds it, a tensor [B, C, H, W]
 * @param channels C
 * @param height H, for images of the config's size; the code itself runs on any size
 * @param width W, likewise
 */
record Feature(String name, int channels, int height, int width) {

  /** Returns another value of the same shape. */
  Feature with(String other) {
    return new Feature(other, channels, height, width);
  }

  /** Returns the number of pixels. */
  long pixels() {
    return (long) height * width;
  }
}
