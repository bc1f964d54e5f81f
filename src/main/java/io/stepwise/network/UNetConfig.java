package io.stepwise.network;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of a {@code UNet2DModel}, as its {@code config.json} says.
 *
 * @param inChannels channels of the input
 * @param outChannels channels of the output; twice the input's with learned variance
 * @param height height of the images in pixels
 * @param width width of the images in pixels
 * @param downBlockTypes kind of each level on the way down, as many as channels
 * @param upBlockTypes kind of each level on the way up
 * @param blockOutChannels channels of each level, each a multiple of the norm groups
 * @param layersPerBlock residual blocks of a level on the way down; one more on the way up
 * @param midBlock whether there is a middle block
 * @param midBlockAttention whether it has attention
 * @param midBlockScaleFactor divisor of its residual sums
 * @param downsamplePadding 1 for symmetric padding, 0 for one row and column at the end
 * @param dropout probability of dropping an activation in training
 * @param attentionHeadSize channels of one attention head; null for one head
 * @param normGroups groups of every group normalisation
 * @param normEpsilon what they add to the variance
 * @param flipSinToCos whether the cosines of the timestep come first
 * @param frequencyShift subtracted from the number of frequencies in their spacing
 * @param classCount classes of the label embedding, the one for "none" included; null for none
 */
public record UNetConfig(
    int inChannels,
    int outChannels,
    int height,
    int width,
    List<String> downBlockTypes,
    List<String> upBlockTypes,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    boolean midBlock,
    boolean midBlockAttention,
    double midBlockScaleFactor,
    int downsamplePadding,
    double dropout,
    @Nullable Integer attentionHeadSize,
    int normGroups,
    double normEpsilon,
    boolean flipSinToCos,
    double frequencyShift,
    @Nullable Integer classCount) {

  private static final int MAX_LEVELS = 16;
  private static final int MAX_LAYERS = 64;
  private static final int MAX_CHANNELS = 1 << 16;
  private static final int MAX_SIDE = 1 << 16;
  private static final int MAX_CLASSES = 1 << 20;
  private static final double NO_LIMIT = Double.MAX_VALUE;

  static final String DOWN = "DownBlock2D";
  static final String ATTENTION_DOWN = "AttnDownBlock2D";
  static final String UP = "UpBlock2D";
  static final String ATTENTION_UP = "AttnUpBlock2D";

  /** Checks that the levels fit together and the channels the groups and heads. */
  public UNetConfig {
    downBlockTypes = List.copyOf(downBlockTypes);
    upBlockTypes = List.copyOf(upBlockTypes);
    blockOutChannels = List.copyOf(blockOutChannels);
    int levels = blockOutChannels.size();
    if (levels > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "block_out_channels: " + levels + " levels (expected: at most " + MAX_LEVELS + ")");
    }
    requireLevels("down_block_types", downBlockTypes.size(), levels);
    requireLevels("up_block_types", upBlockTypes.size(), levels);
    for (int channels : blockOutChannels) {
      if (channels % normGroups != 0) {
        throw new IllegalArgumentException(
            "block_out_channels: "
                + channels
                + " (expected: a multiple of norm_num_groups "
                + normGroups
                + ")");
      }
      if (attentionHeadSize != null && channels % attentionHeadSize != 0) {
        throw new IllegalArgumentException(
            "block_out_channels: "
                + channels
                + " (expected: a multiple of attention_head_dim "
                + attentionHeadSize
                + ")");
      }
    }
    if (blockOutChannels.get(0) % 2 != 0) {
      throw new IllegalArgumentException(
          "block_out_channels: " + blockOutChannels.get(0) + " first (expected: an even number)");
    }
    int multiple = 1 << (levels - 1);
    if (height % multiple != 0 || width % multiple != 0) {
      throw new IllegalArgumentException(
          "sample_size: "
              + height
              + " x "
              + width
              + " (expected: multiples of "
              + multiple
              + " for "
              + levels
              + " levels)");
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("dropout: " + dropout + " (expected: 0 to below 1)");
    }
    int frequencies = blockOutChannels.get(0) / 2;
    if (frequencyShift >= frequencies) {
      throw new IllegalArgumentException(
          "freq_shift: %s (expected: below %d, half of the first of block_out_channels)"
              .formatted(frequencyShift, frequencies));
    }
    if (midBlockScaleFactor == 0) {
      throw new IllegalArgumentException("mid_block_scale_factor: 0 (expected: above 0)");
    }
    ImageShape.requireValid(inChannels, height, width);
  }

  /**
   * Reads the fields of a {@code config.json}; a missing field has the class's default.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  public static UNetConfig parse(Map<String, ?> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", "UNet2DModel");
    fields.require("act_fn", "silu", "swish");
    fields.require("time_embedding_type", "positional");
    fields.require("time_embedding_dim", (Object) null);
    fields.require("center_input_sample", false);
    fields.require("downsample_type", "conv");
    fields.require("upsample_type", "conv");
    fields.require("resnet_time_scale_shift", "default");
    fields.require("attn_norm_num_groups", (Object) null);
    fields.require("class_embed_type", (Object) null);
    fields.require("mid_block_type", "UNetMidBlock2D", null);
    fields.ignore("num_train_timesteps");
    int[] size = size(fields);
    UNetConfig config =
        new UNetConfig(
            fields.integer("in_channels", 3, 1, MAX_CHANNELS),
            fields.integer("out_channels", 3, 1, MAX_CHANNELS),
            size[0],
            size[1],
            fields.texts(
                "down_block_types",
                List.of(DOWN, ATTENTION_DOWN, ATTENTION_DOWN, ATTENTION_DOWN),
                List.of(DOWN, ATTENTION_DOWN)),
            fields.texts(
                "up_block_types",
                List.of(ATTENTION_UP, ATTENTION_UP, ATTENTION_UP, UP),
                List.of(UP, ATTENTION_UP)),
            fields.integers("block_out_channels", List.of(224, 448, 672, 896), 1, MAX_CHANNELS),
            fields.integer("layers_per_block", 2, 1, MAX_LAYERS),
            !json.containsKey("mid_block_type") || json.get("mid_block_type") != null,
            fields.flag("add_attention", true),
            fields.number("mid_block_scale_factor", 1, 0, NO_LIMIT),
            fields.integer("downsample_padding", 1, 0, 1),
            fields.number("dropout", 0, 0, 1),
            fields.integerOrNull("attention_head_dim", 8, 1, MAX_CHANNELS),
            fields.integer("norm_num_groups", 32, 1, MAX_CHANNELS),
            fields.number("norm_eps", 1e-5, 0, NO_LIMIT),
            fields.flag("flip_sin_to_cos", true),
            fields.number("freq_shift", 0, -NO_LIMIT, NO_LIMIT),
            fields.integerOrNull("num_class_embeds", null, 1, MAX_CLASSES));
    fields.requireAllRead();
    return config;
  }

  /** Returns the fields of a {@code config.json} that reads back as this config. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", "UNet2DModel");
    fields.put("sample_size", height == width ? height : List.of(height, width));
    fields.put("in_channels", inChannels);
    fields.put("out_channels", outChannels);
    fields.put("down_block_types", downBlockTypes);
    fields.put("up_block_types", upBlockTypes);
    fields.put("block_out_channels", blockOutChannels);
    fields.put("layers_per_block", layersPerBlock);
    fields.put("mid_block_type", midBlock ? "UNetMidBlock2D" : null);
    fields.put("add_attention", midBlockAttention);
    fields.put("mid_block_scale_factor", midBlockScaleFactor);
    fields.put("downsample_padding", downsamplePadding);
    fields.put("dropout", dropout);
    fields.put("attention_head_dim", attentionHeadSize);
    fields.put("norm_num_groups", normGroups);
    fields.put("norm_eps", normEpsilon);
    fields.put("flip_sin_to_cos", flipSinToCos);
    fields.put("freq_shift", frequencyShift);
    fields.put("num_class_embeds", classCount);
    return fields;
  }

  /** Returns the shape of its input. */
  public ImageShape imageShape() {
    return new ImageShape(inChannels, height, width);
  }

  /** Returns the width of the time embedding. */
  int timeEmbeddingSize() {
    return 4 * blockOutChannels.get(0);
  }

  private static int[] size(ConfigFields fields) {
    Object size = fields.get("sample_size");
    List<?> sides = size instanceof List<?> pair ? pair : Arrays.asList(size, size);
    if (sides.size() == 2
        && sides.get(0) instanceof Number height
        && sides.get(1) instanceof Number width
        && ConfigFields.isInteger(height, 1, MAX_SIDE)
        && ConfigFields.isInteger(width, 1, MAX_SIDE)) {
      return new int[] {height.intValue(), width.intValue()};
    }
    throw fields.unexpected("sample_size", "a size in pixels or [height, width]");
  }

  private static void requireLevels(String name, int count, int levels) {
    if (count != levels) {
      throw new IllegalArgumentException(
          name + ": " + count + " levels (expected: " + levels + ", as block_out_channels)");
    }
  }
}
