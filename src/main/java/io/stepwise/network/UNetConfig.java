package io.stepwise.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a {@code UNet2DModel}, as its {@code config.json} says.
 *
 * @param imageShape shape of the input
 * @param outChannels channels of the output; twice the input's with learned variance
 * @param centersInput whether the input is stretched from [0, 1] to [-1, 1] first
 * @param inputFrequencies cycles for each unit of the input, at which its sines and cosines are
 *     shown to the network beside it; empty for none. Not in diffusers: there the caller brings
 *     these channels, and {@code in_channels} counts them
 * @param time how it is told the timestep
 * @param labels how it is told the class
 * @param levels its levels
 * @param middle what is between the way down and the way up
 * @param blocks what all its blocks have in common
 */
public record UNetConfig(
    ImageShape imageShape,
    int outChannels,
    boolean centersInput,
    List<Double> inputFrequencies,
    TimeEmbedding time,
    LabelEmbedding labels,
    UNetLevels levels,
    MiddleBlock middle,
    BlockOptions blocks) {

  static final String CLASS_NAME = "UNet2DModel";
  static final int MAX_CHANNELS = 1 << 16;

  private static final String INPUT_FREQUENCIES = "input_frequencies";

  private static final int MAX_SIDE = 1 << 16;

  /** Checks that the levels fit the image, and the channels the groups and heads. */
  public UNetConfig {
    inputFrequencies = List.copyOf(inputFrequencies);
    levels.channels().forEach(blocks::requireGroups);
    for (int level = 0; level < levels.count(); level++) {
      if (levels.hasAttentionDown(level)) {
        blocks.requireHead(levels.channels().get(level));
      }
      if (levels.hasAttentionUp(level)) {
        blocks.requireHead(levels.upChannels(level));
      }
    }
    middle.requireChannels(levels.lastChannels(), blocks);
    time.requireFrequencies(levels.firstChannels());
    int multiple = 1 << (levels.count() - 1);
    if (imageShape.height() % multiple != 0 || imageShape.width() % multiple != 0) {
      throw new IllegalArgumentException(
          "sample_size: %d x %d (expected: multiples of %d for %d levels)"
              .formatted(imageShape.height(), imageShape.width(), multiple, levels.count()));
    }
  }

  /**
   * Reads the fields of a {@code config.json}; a missing field has the class's default.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static UNetConfig parse(Map<String, ?> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", CLASS_NAME);
    List<Double> inputFrequencies = inputFrequencies(fields);
    UNetConfig config =
        new UNetConfig(
            shape(fields, imageChannels(fields, inputFrequencies.size())),
            fields.integer("out_channels", 3, 1, MAX_CHANNELS),
            fields.flag("center_input_sample", false),
            inputFrequencies,
            TimeEmbedding.parse(fields),
            LabelEmbedding.parse(fields),
            UNetLevels.parse(fields),
            MiddleBlock.parse(fields),
            BlockOptions.parse(fields));
    fields.requireAllRead();
    return config;
  }

  /** Returns the fields of a {@code config.json} that reads back as this config. */
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", CLASS_NAME);
    fields.put("sample_size", imageShape.sampleSize());
    fields.put("in_channels", inputChannels());
    fields.put("out_channels", outChannels);
    fields.put("center_input_sample", centersInput);
    levels.putFields(fields);
    middle.putFields(fields);
    blocks.putFields(fields);
    time.putFields(fields);
    labels.putFields(fields);
    if (!inputFrequencies.isEmpty()) {
      fields.put(INPUT_FREQUENCIES, inputFrequencies);
    }
    return fields;
  }

  /** Returns how many channels the first convolution sees. */
  int inputChannels() {
    return imageShape.channels() * (1 + 2 * inputFrequencies.size());
  }

  /** Returns the number of classes that it tells apart by a table; null if it has no table. */
  public @Nullable Integer classCount() {
    return labels.kind() == LabelEmbedding.Kind.TABLE ? labels.count() : null;
  }

  private static List<Double> inputFrequencies(ConfigFields fields) {
    if (fields.get(INPUT_FREQUENCIES) instanceof List<?> list) {
      List<Double> frequencies = fields.numbersOrNull(INPUT_FREQUENCIES, list.size());
      return frequencies == null ? List.of() : frequencies;
    }
    fields.require(INPUT_FREQUENCIES, (Object) null);
    return List.of();
  }

  private static int imageChannels(ConfigFields fields, int frequencies) {
    int channels = fields.integer("in_channels", 3, 1, MAX_CHANNELS);
    int eachChannel = 1 + 2 * frequencies;
    if (channels % eachChannel != 0) {
      throw fields.unexpected(
          "in_channels",
          "a multiple of %d, for each channel itself and %d sines and cosines"
              .formatted(eachChannel, frequencies));
    }
    return channels / eachChannel;
  }

  /** Reads the field {@code sample_size}: one side of a square, or height and width. */
  static ImageShape shape(ConfigFields fields, int channels) {
    Object size = fields.get("sample_size");
    List<?> sides = size instanceof List<?> pair ? pair : Arrays.asList(size, size);
    if (sides.size() == 2
        && sides.get(0) instanceof Number height
        && sides.get(1) instanceof Number width
        && ConfigFields.isInteger(height, 1, MAX_SIDE)
        && ConfigFields.isInteger(width, 1, MAX_SIDE)) {
      return new ImageShape(channels, height.intValue(), width.intValue());
    }
    throw fields.unexpected("sample_size", "a size in pixels or [height, width]");
  }
}
