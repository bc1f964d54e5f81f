package io.stepwise.image;

import java.util.Arrays;

/**
 * An image as networks make it.
 *
 * @param channels C: 1 for grey, 3 for red, green, blue
 * @param height H in pixels, 1 or more
 * @param width W in pixels, 1 or more
 * @param pixels [C, H, W] row-major, about [-1, 1], -1 is black; shared with the caller, and not
 *     changed by this package
 */
public record FloatImage(int channels, int height, int width, float[] pixels) {

  /** Checks the shape. */
  public FloatImage {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 3)");
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "size: " + width + "x" + height + " (expected: both >= 1)");
    }
    long expected = (long) channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "pixels: " + pixels.length + " (expected: " + expected + ")");
    }
  }

  /** Says whether the channels, the height and the width are those of another image. */
  boolean hasShapeOf(FloatImage other) {
    return channels == other.channels && height == other.height && width == other.width;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FloatImage image
        && hasShapeOf(image)
        && Arrays.equals(pixels, image.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * channels + width) + Arrays.hashCode(pixels);
  }

  @Override
  public String toString() {
    return "FloatImage[" + channels + ", " + height + ", " + width + "]";
  }
}
