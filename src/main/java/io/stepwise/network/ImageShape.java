package io.stepwise.network;

/**
 * The shape of one image or latent, [C, H, W].
 *
 * @param channels C, 1 or more
 * @param height H in pixels, 1 or more
 * @param width W in pixels, 1 or more
 */
public record ImageShape(int channels, int height, int width) {

  /** Checks that no dimension is empty. */
  public ImageShape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "image shape: [" + channels + ", " + height + ", " + width + "] (expected: all >= 1)");
    }
  }

  /** Returns the number of elements, C * H * W. */
  public int size() {
    return channels * height * width;
  }
}
