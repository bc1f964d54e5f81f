package io.stepwise.data;

import java.util.OptionalInt;

/**
 * The form in which images are wanted from a folder.
 *
 * @param channels 1 for grey (colour becomes luma, Rec. 601) or 3 for red, green, blue
 * @param size side in pixels to which each image is brought, by cropping its centre to a square and
 *     scaling that; empty to take the images as they are, which must then all be of one size
 */
public record ImageForm(int channels, OptionalInt size) {

  static final int MAX_SIZE = 4096;

  /** Checks the channels and the size. */
  public ImageForm {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels: " + channels + " (expected: 1 or 3)");
    }
    if (size.isPresent() && (size.getAsInt() < 1 || size.getAsInt() > MAX_SIZE)) {
      throw new IllegalArgumentException(
          "size: " + size.getAsInt() + " (expected: 1 to " + MAX_SIZE + ")");
    }
  }

  /** Images as they are, with so many channels. */
  public static ImageForm asFound(int channels) {
    return new ImageForm(channels, OptionalInt.empty());
  }

  /** Images brought to size x size pixels. */
  public static ImageForm square(int channels, int size) {
    return new ImageForm(channels, OptionalInt.of(size));
  }
}
