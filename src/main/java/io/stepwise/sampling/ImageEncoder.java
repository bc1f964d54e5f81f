package io.stepwise.sampling;

import io.stepwise.network.ImageShape;

/** Turns a finished sample into a file. Thread safe. */
@FunctionalInterface
public interface ImageEncoder {

  /**
   * Returns the image as a PNG.
   *
   * @param image [C, H, W] row-major, float32, about [-1, 1]; not changed
   * @param parameters how the image was made, for the file's {@code parameters} text
   */
  byte[] encode(float[] image, ImageShape shape, String parameters);
}
