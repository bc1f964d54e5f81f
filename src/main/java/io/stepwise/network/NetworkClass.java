package io.stepwise.network;

import java.util.Map;
import java.util.Optional;
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
    return switch (name(config)) {
      case AutoencoderConfig.CLASS_NAME, StyleGeneratorConfig.CLASS_NAME ->
          ImageDecoder.parse(config).define();
      case NoiseEnds.CLASS_NAME -> NoiseEnds.parse(config).define();
      case Discriminator.CLASS_NAME -> Discriminator.parse(config).define();
      default -> UNet.define(UNetConfig.parse(config));
    };
  }

  /**
   * Returns all fields of a config, those that it leaves out with the defaults of its class.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static Map<String, @Nullable Object> fields(
      Map<String, ? extends @Nullable Object> config) {
    return switch (name(config)) {
      case AutoencoderConfig.CLASS_NAME, StyleGeneratorConfig.CLASS_NAME ->
          ImageDecoder.parse(config).fields();
      case NoiseEnds.CLASS_NAME -> NoiseEnds.parse(config).fields();
      case Discriminator.CLASS_NAME -> Discriminator.parse(config).fields();
      default -> UNetConfig.parse(config).fields();
    };
  }

  /**
   * Returns the shape of the images that a network other than a U-Net sees or makes; empty if it is
   * told of none.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static Optional<ImageShape> imageShape(Map<String, ? extends @Nullable Object> config) {
    return switch (name(config)) {
      case AutoencoderConfig.CLASS_NAME, StyleGeneratorConfig.CLASS_NAME ->
          Optional.of(ImageDecoder.parse(config).imageShape());
      case Discriminator.CLASS_NAME -> Optional.of(Discriminator.parse(config).imageShape());
      default -> Optional.empty();
    };
  }

  /**
   * Returns the shape of what the decoder of a config makes images of.
   *
   * @throws IllegalArgumentException if it is no config of a decoder
   */
  public static ImageShape latentShape(Map<String, ? extends @Nullable Object> config) {
    return ImageDecoder.parse(config).latentShape();
  }

  /** Returns whether a config is that of a U-Net. */
  public static boolean isUNet(Map<String, ? extends @Nullable Object> config) {
    return switch (name(config)) {
      case AutoencoderConfig.CLASS_NAME,
          StyleGeneratorConfig.CLASS_NAME,
          NoiseEnds.CLASS_NAME,
          Discriminator.CLASS_NAME ->
          false;
      default -> true;
    };
  }

  /** Returns whether a config names an autoencoder. */
  static boolean isAutoencoder(Map<String, ? extends @Nullable Object> config) {
    return name(config).equals(AutoencoderConfig.CLASS_NAME);
  }

  private static String name(Map<String, ? extends @Nullable Object> config) {
    return String.valueOf(config.get("_class_name"));
  }
}
