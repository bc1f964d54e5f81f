package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The classes of networks that a {@code config.json} can name; one that names none is a U-Net. */
public final class NetworkClass {

  private NetworkClass() {}

  /**
   * Returns the network that a config describes.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static ModuleDefinition define(Map<String, ? extends @Nullable Object> config) {
    if (isNoiseEnds(config)) {
      return NoiseEnds.parse(config).define();
    }
    return isAutoencoder(config)
        ? Autoencoder.define(AutoencoderConfig.parse(config))
        : UNet.define(UNetConfig.parse(config));
  }

  /**
   * Returns all fields of a config, those that it leaves out with the defaults of its class.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static Map<String, @Nullable Object> fields(
      Map<String, ? extends @Nullable Object> config) {
    if (isNoiseEnds(config)) {
      return NoiseEnds.parse(config).fields();
    }
    return isAutoencoder(config)
        ? AutoencoderConfig.parse(config).fields()
        : UNetConfig.parse(config).fields();
  }

  /**
   * Returns the shape of the images that the autoencoder of a config encodes.
   *
   * @throws IllegalArgumentException if it is no config of an autoencoder
   */
  public static ImageShape imageShape(Map<String, ? extends @Nullable Object> config) {
    return AutoencoderConfig.parse(config).imageShape();
  }

  /**
   * Returns the shape of the latents that the autoencoder of a config encodes its images as.
   *
   * @throws IllegalArgumentException if it is no config of an autoencoder
   */
  public static ImageShape latentShape(Map<String, ? extends @Nullable Object> config) {
    return AutoencoderConfig.parse(config).latentShape();
  }

  /** Returns whether a config is that of a U-Net. */
  public static boolean isUNet(Map<String, ? extends @Nullable Object> config) {
    return !isAutoencoder(config) && !isNoiseEnds(config);
  }

  /** Returns whether a config names an autoencoder. */
  static boolean isAutoencoder(Map<String, ? extends @Nullable Object> config) {
    return AutoencoderConfig.CLASS_NAME.equals(config.get("_class_name"));
  }

  private static boolean isNoiseEnds(Map<String, ? extends @Nullable Object> config) {
    return NoiseEnds.CLASS_NAME.equals(config.get("_class_name"));
  }
}
