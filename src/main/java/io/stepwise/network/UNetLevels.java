package io.stepwise.network;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The levels of a U-Net, each half the size of the one before.
 *
 * @param downTypes kind of each level on the way down, as many as channels
 * @param upTypes kind of each level on the way up, the deepest first
 * @param channels channels of each level on the way down
 * @param layersPerBlock residual blocks of a level on the way down; one more on the way up
 * @param downsamplePadding 1 for symmetric padding of the halving convolutions, 0 for one row and
 *     column at the end
 * @param attentionDownByResnet whether levels with attention are halved by a residual block, not by
 *     a convolution
 * @param attentionUpByResnet whether levels with attention are doubled by a residual block
 */
record UNetLevels(
    List<String> downTypes,
    List<String> upTypes,
    List<Integer> channels,
    int layersPerBlock,
    int downsamplePadding,
    boolean attentionDownByResnet,
    boolean attentionUpByResnet) {

  static final String DOWN = "DownBlock2D";
  static final String ATTENTION_DOWN = "AttnDownBlock2D";
  static final String RESNET_DOWN = "ResnetDownsampleBlock2D";
  static final String UP = "UpBlock2D";
  static final String ATTENTION_UP = "AttnUpBlock2D";
  static final String RESNET_UP = "ResnetUpsampleBlock2D";

  private static final int MAX_LEVELS = 16;
  private static final int MAX_LAYERS = 64;
  private static final String CONVOLUTION = "conv";
  private static final String RESNET = "resnet";

  /** Checks that the lists have the same length. */
  UNetLevels {
    downTypes = List.copyOf(downTypes);
    upTypes = List.copyOf(upTypes);
    channels = List.copyOf(channels);
    requireCount("down_block_types", downTypes.size(), channels.size());
    requireCount("up_block_types", upTypes.size(), channels.size());
    if (channels.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(
          "block_out_channels: %d levels (expected: at most %d)"
              .formatted(channels.size(), MAX_LEVELS));
    }
  }

  static UNetLevels parse(ConfigFields fields) {
    List<String> kinds = List.of(CONVOLUTION, RESNET);
    return new UNetLevels(
        fields.texts(
            "down_block_types",
            List.of(DOWN, ATTENTION_DOWN, ATTENTION_DOWN, ATTENTION_DOWN),
            List.of(DOWN, ATTENTION_DOWN, RESNET_DOWN)),
        fields.texts(
            "up_block_types",
            List.of(ATTENTION_UP, ATTENTION_UP, ATTENTION_UP, UP),
            List.of(UP, ATTENTION_UP, RESNET_UP)),
        fields.integers(
            "block_out_channels", List.of(224, 448, 672, 896), 1, UNetConfig.MAX_CHANNELS),
        fields.integer("layers_per_block", 2, 1, MAX_LAYERS),
        fields.integer("downsample_padding", 1, 0, 1),
        fields.text("downsample_type", CONVOLUTION, kinds).equals(RESNET),
        fields.text("upsample_type", CONVOLUTION, kinds).equals(RESNET));
  }

  void putFields(Map<String, @Nullable Object> fields) {
    fields.put("down_block_types", downTypes);
    fields.put("up_block_types", upTypes);
    fields.put("block_out_channels", channels);
    fields.put("layers_per_block", layersPerBlock);
    fields.put("downsample_padding", downsamplePadding);
    fields.put("downsample_type", attentionDownByResnet ? RESNET : CONVOLUTION);
    fields.put("upsample_type", attentionUpByResnet ? RESNET : CONVOLUTION);
  }

  int count() {
    return channels.size();
  }

  int firstChannels() {
    return channels.get(0);
  }

  int lastChannels() {
    return channels.get(count() - 1);
  }

  /** Returns the channels of a level on the way up, the deepest being 0. */
  int upChannels(int level) {
    return channels.get(count() - 1 - level);
  }

  boolean hasAttentionDown(int level) {
    return downTypes.get(level).equals(ATTENTION_DOWN);
  }

  boolean hasAttentionUp(int level) {
    return upTypes.get(level).equals(ATTENTION_UP);
  }

  /** Returns whether a residual block halves the level; a plain level is halved by convolution. */
  boolean isHalvedByResnet(int level) {
    return downTypes.get(level).equals(RESNET_DOWN)
        || (hasAttentionDown(level) && attentionDownByResnet);
  }

  /** Returns whether a residual block doubles the level on the way up. */
  boolean isDoubledByResnet(int level) {
    return upTypes.get(level).equals(RESNET_UP) || (hasAttentionUp(level) && attentionUpByResnet);
  }

  private static void requireCount(String name, int count, int levels) {
    if (count != levels) {
      throw new IllegalArgumentException(
          "%s: %d levels (expected: %d, as block_out_channels)".formatted(name, count, levels));
    }
  }
}
