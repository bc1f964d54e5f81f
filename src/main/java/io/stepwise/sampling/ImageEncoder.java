package io.stepwise.sampling;

import io.stepwise.image.FloatImage;
import io.stepwise.image.GenerationParameters;
import io.stepwise.image.Png;
import io.stepwise.network.ImageShape;

/** Turns finished samples and previews into files. Thread safe. */
@FunctionalInterface
public interface ImageEncoder {

  /**
   * Returns the file.
   *
   * @param sample [C, H, W] row-major, float32, about [-1, 1]; not changed
   * @param parameters how the image was made, for the file to tell
   */
  byte[] encode(float[] sample, ImageShape shape, GenerationParameters parameters);

  /**
   * Returns the file of a preview, a PNG that tells nothing.
   *
   * @param image [C, H, W] row-major, float32, about [-1, 1]; not changed
   */
  default byte[] encodePreview(float[] image, ImageShape shape) {
    return Png.encode(new FloatImage(shape.channels(), shape.height(), shape.width(), image));
  }

  /** Returns the encoder of PNGs: grey for one channel, RGB for three. */
  static ImageEncoder png() {
    return (sample, shape, parameters) ->
        Png.encode(
            new FloatImage(shape.channels(), shape.height(), shape.width(), sample),
            parameters.chunk());
  }
}
