package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a {@link StyleGenerator}. Not a class of diffusers.
 *
 * @param imageShape shape of the images, height and width multiples of 4
 * @param codeSize numbers of the code that an image is made of
 * @param styleSize numbers of what the code is mapped to
 * @param channels channels of its levels
 * @param hasNoise whether each level adds noise of its own, a number a pixel
 */
record StyleGeneratorConfig(
    ImageShape imageShape, int codeSize, int styleSize, int channels, boolean hasNoise)
    implements ImageDecoder {

  static final String CLASS_NAME = "StyleGenerator";

  /** How often the size doubles. */
  static final int DOUBLINGS = 2;

  /** Checks that the size can be halved as often. */
  StyleGeneratorConfig {
    int multiple = 1 << DOUBLINGS;
    if (imageShape.height() % multiple != 0 || imageShape.width() % multiple != 0) {
      throw new IllegalArgumentException(
          "sample_size: %d x %d (expected: multiples of %d)"
              .formatted(imageShape.height(), imageShape.width(), multiple));
    }
  }

  /**
   * Reads the fields of a {@code config.json}.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  static StyleGeneratorConfig parse(Map<String, ? extends @Nullable Object> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", CLASS_NAME);
    int most = UNetConfig.MAX_CHANNELS;
    StyleGeneratorConfig config =
        new StyleGeneratorConfig(
            UNetConfig.shape(fields, fields.integer("out_channels", 1, 1, most)),
            fields.integer("code_size", 64, 1, most),
            fields.integer("style_size", 128, 1, most),
            fields.integer("block_channels", 64, 1, most),
            fields.flag("noise", true));
    fields.requireAllRead();
    return config;
  }

  @Override
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", CLASS_NAME);
    fields.put("sample_size", imageShape.sampleSize());
    fields.put("out_channels", imageShape.channels());
    fields.put("code_size", codeSize);
    fields.put("style_size", styleSize);
    fields.put("block_channels", channels);
    fields.put("noise", hasNoise);
    return fields;
  }

  @Override
  public ModuleDefinition define() {
    return StyleGenerator.define(this);
  }

  @Override
  public ModuleDefinition defineDecoder(ImageShape state) {
    return StyleGenerator.define(this);
  }

  /** Returns the shape of the code and the noise of all levels behind it, in one row. */
  @Override
  public ImageShape latentShape() {
    int size = codeSize;
    for (int level = 0; level < DOUBLINGS; level++) {
      size += hasNoise ? noisePixels(level) : 0;
    }
    return new ImageShape(1, 1, size);
  }

  /** Returns how many pixels a level has. */
  int noisePixels(int level) {
    int shrunk = DOUBLINGS - 1 - level;
    return (imageShape.height() >> shrunk) * (imageShape.width() >> shrunk);
  }

  @Override
  public ImageShape decoded(ImageShape state) {
    return imageShape;
  }

  @Override
  public LatentScale scale() {
    return new LatentScale(1, null, null, null);
  }
}
