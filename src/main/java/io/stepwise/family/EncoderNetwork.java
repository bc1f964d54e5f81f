package io.stepwise.family;

import io.stepwise.network.ImageShape;
import io.stepwise.network.UNetConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The config of the network that makes noise of images: a U-Net like the one that samples are drawn
 * with, whose output has a mean and a deviation for each channel of the image.
 */
final class EncoderNetwork {

  private static final String IN_CHANNELS = "in_channels";
  private static final String OUT_CHANNELS = "out_channels";

  private EncoderNetwork() {}

  /**
   * Returns the config of a new encoder.
   *
   * @param unet config of the network that samples are drawn with
   * @param inputs how many tensors of the image's shape it sees
   */
  static Map<String, @Nullable Object> config(
      Map<String, ? extends @Nullable Object> unet, int inputs) {
    int channels = UNetConfig.parse(unet).imageShape().channels();
    Map<String, @Nullable Object> config = new LinkedHashMap<>(unet);
    config.put(IN_CHANNELS, inputs * channels);
    config.put(OUT_CHANNELS, 2 * channels);
    config.remove("input_frequencies");
    return config;
  }

  /**
   * Refuses an encoder that does not suit the other network.
   *
   * @param inputs how many tensors of the image's shape it sees
   * @throws IllegalArgumentException if it sees or makes other channels
   */
  static void requireFit(
      Map<String, ? extends @Nullable Object> encoder,
      Map<String, ? extends @Nullable Object> unet,
      int inputs) {
    ImageShape image = UNetConfig.parse(unet).imageShape();
    UNetConfig config = UNetConfig.parse(encoder);
    ImageShape seen = new ImageShape(inputs * image.channels(), image.height(), image.width());
    if (!config.imageShape().equals(seen)) {
      throw new IllegalArgumentException(
          "encoder: input of %s (expected: %s)".formatted(config.imageShape(), seen));
    }
    int expected = 2 * image.channels();
    if (config.outChannels() != expected) {
      throw new IllegalArgumentException(
          "encoder: %s: %d (expected: %d, a mean and a deviation for each channel)"
              .formatted(OUT_CHANNELS, config.outChannels(), expected));
    }
  }
}
