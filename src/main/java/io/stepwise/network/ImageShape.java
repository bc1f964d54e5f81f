package io.stepwise.network;

import java.util.List;

/**
 * The shape of one image or latent, [C, H, W].
 *
 * @param channels C, 1 or more
 * @param height H in pixels, 1 or more
 * @param width W in pixels, 1 or more
 */
public record ImageShape(int channels, int height, int width) {

  private static final int MAX_ELEMENTS = 1 << 28;

  /** Checks the dimensions. */
  public ImageShape {
    requireValid(channels, height, width);
  }

  /** Returns the number of elements, C * H * W. */
  public int size() {
    return channels * height * width;
  }

  /** Returns diffusers' {@code sample_size}: one side of a square, or else height and width. */
  Object sampleSize() {
    return height == width ? height : List.of(height, width);
  }

  /** Throws unless no dimension is empty and an array can hold all elements. */
  static void requireValid(int channels, int height, int width) {
    boolean isEmpty = channels < 1 || height < 1 || width < 1;
    if (isEmpty || (long) height * width > MAX_ELEMENTS / channels) {
      throw new IllegalArgumentException(
          "image shape: [%d, %d, %d] (expected: all >= 1, at most %d elements)"
              .formatted(channels, height, width, MAX_ELEMENTS));
    }
  }
}
