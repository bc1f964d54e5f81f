package io.stepwise.network;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The architecture of a network that turns the states of a model into images. */
sealed interface ImageDecoder permits AutoencoderConfig, StyleGeneratorConfig {

  /** Name of the method of its decoder: states [B, C, H, W] float32, giving images. */
  String DECODE = "decode";

  /** Returns all of the network, what only training needs included. */
  ModuleDefinition define();

  /** Returns the code and the parameters of {@link #DECODE} alone, for states of this shape. */
  ModuleDefinition defineDecoder(ImageShape state);

  /**
   * Returns the shape of the states of the images that it was made for.
   *
   * @throws IllegalArgumentException if the size of the images does not suit it
   */
  ImageShape latentShape();

  /**
   * Returns the shape of the images that states of a shape are decoded to.
   *
   * @throws IllegalArgumentException if no array could hold one
   */
  ImageShape decoded(ImageShape state);

  /** Returns the shape of the images that it was made for. */
  ImageShape imageShape();

  /** Returns how the states relate to what the decoder sees. */
  LatentScale scale();

  /** Returns the fields of a {@code config.json} that reads back as this. */
  Map<String, @Nullable Object> fields();

  /** Reads the fields of a {@code config.json} of any decoder. */
  static ImageDecoder parse(Map<String, ? extends @Nullable Object> json) {
    return StyleGeneratorConfig.CLASS_NAME.equals(json.get("_class_name"))
        ? StyleGeneratorConfig.parse(json)
        : AutoencoderConfig.parse(json);
  }
}
