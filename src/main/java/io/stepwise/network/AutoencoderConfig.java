package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The architecture of an {@code AutoencoderKL}, as its {@code config.json} says.
 *
 * @param imageShape shape of the images it encodes, of the size that it was trained on
 * @param outChannels channels of the images it decodes
 * @param latentChannels channels of the latents
 * @param channels channels of each level of the encoder, the largest first
 * @param attentionDown which levels of the encoder have attention
 * @param attentionUp which levels of the decoder have attention, the smallest first
 * @param layersPerBlock residual blocks of a level of the encoder; one more in the decoder
 * @param middle the middle block of both
 * @param hasQuantConvolution whether a 1 x 1 convolution follows the encoder
 * @param hasPostQuantConvolution whether a 1 x 1 convolution precedes the decoder
 * @param scale how the states of a diffusion model relate to the latents
 * @param blocks what all blocks have in common
 */
record AutoencoderConfig(
    ImageShape imageShape,
    int outChannels,
    int latentChannels,
    List<Integer> channels,
    List<Boolean> attentionDown,
    List<Boolean> attentionUp,
    int layersPerBlock,
    MiddleBlock middle,
    boolean hasQuantConvolution,
    boolean hasPostQuantConvolution,
    LatentScale scale,
    BlockOptions blocks)
    implements ImageDecoder {

  static final String CLASS_NAME = "AutoencoderKL";

  private static final List<String> DOWN = List.of("DownEncoderBlock2D", "AttnDownEncoderBlock2D");
  private static final List<String> UP = List.of("UpDecoderBlock2D", "AttnUpDecoderBlock2D");
  private static final double NORM_EPSILON = 1e-6;
  private static final int MAX_LEVELS = 12;
  private static final int MAX_LAYERS = 64;

  /** Checks that the levels fit together and the channels the groups. */
  AutoencoderConfig {
    channels = List.copyOf(channels);
    attentionDown = List.copyOf(attentionDown);
    attentionUp = List.copyOf(attentionUp);
    requireLevels("down_block_types", attentionDown.size(), channels.size());
    requireLevels("up_block_types", attentionUp.size(), channels.size());
    requireLevels("block_out_channels", channels.size(), Math.min(channels.size(), MAX_LEVELS));
    channels.forEach(blocks::requireGroups);
  }

  /**
   * Reads the fields of a {@code config.json}; a missing field has the class's default.
   *
   * @throws IllegalArgumentException if a field is unknown or has a value that is not supported
   */
  static AutoencoderConfig parse(Map<String, ?> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", CLASS_NAME);
    int maximum = UNetConfig.MAX_CHANNELS;
    int latentChannels = fields.integer("latent_channels", 4, 1, maximum);
    int inChannels = fields.integer("in_channels", 3, 1, maximum);
    AutoencoderConfig config =
        new AutoencoderConfig(
            fields.has("sample_size")
                ? UNetConfig.shape(fields, inChannels)
                : new ImageShape(inChannels, 32, 32),
            fields.integer("out_channels", 3, 1, maximum),
            latentChannels,
            fields.integers("block_out_channels", List.of(64), 1, maximum),
            hasAttention(fields, "down_block_types", DOWN),
            hasAttention(fields, "up_block_types", UP),
            fields.integer("layers_per_block", 1, 1, MAX_LAYERS),
            new MiddleBlock(true, fields.flag("mid_block_add_attention", true), null, 1),
            fields.flag("use_quant_conv", true),
            fields.flag("use_post_quant_conv", true),
            LatentScale.parse(fields, latentChannels),
            new BlockOptions(
                fields.integer("norm_num_groups", 32, 1, maximum),
                NORM_EPSILON,
                Activation.parse(fields),
                0,
                false,
                null));
    // Everything is computed in float32, which is what upcasting would ask for.
    fields.ignore("force_upcast");
    fields.requireAllRead();
    return config;
  }

  @Override
  public Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", CLASS_NAME);
    fields.put("sample_size", imageShape.sampleSize());
    fields.put("in_channels", imageShape.channels());
    fields.put("out_channels", outChannels);
    fields.put("latent_channels", latentChannels);
    fields.put("block_out_channels", channels);
    fields.put("down_block_types", types(attentionDown, DOWN));
    fields.put("up_block_types", types(attentionUp, UP));
    fields.put("layers_per_block", layersPerBlock);
    fields.put("mid_block_add_attention", middle.hasAttention());
    fields.put("use_quant_conv", hasQuantConvolution);
    fields.put("use_post_quant_conv", hasPostQuantConvolution);
    fields.put("norm_num_groups", blocks.normGroups());
    fields.put("act_fn", blocks.activation().fieldValue());
    fields.put("force_upcast", true);
    scale.putFields(fields);
    return fields;
  }

  @Override
  public ImageShape decoded(ImageShape latent) {
    int halvings = channels.size() - 1;
    return new ImageShape(outChannels, latent.height() << halvings, latent.width() << halvings);
  }

  @Override
  public ImageShape latentShape() {
    int halvings = channels.size() - 1;
    int multiple = 1 << halvings;
    if (imageShape.height() % multiple != 0 || imageShape.width() % multiple != 0) {
      throw new IllegalArgumentException(
          "sample_size: %d x %d (expected: multiples of %d for %d levels)"
              .formatted(imageShape.height(), imageShape.width(), multiple, channels.size()));
    }
    return new ImageShape(
        latentChannels, imageShape.height() >> halvings, imageShape.width() >> halvings);
  }

  @Override
  public ModuleDefinition define() {
    return Autoencoder.define(this);
  }

  @Override
  public ModuleDefinition defineDecoder(ImageShape state) {
    return Autoencoder.defineDecoder(this, state);
  }

  int firstChannels() {
    return channels.get(0);
  }

  int lastChannels() {
    return channels.get(channels.size() - 1);
  }

  private static List<Boolean> hasAttention(ConfigFields fields, String name, List<String> types) {
    return fields.texts(name, types.subList(0, 1), types).stream()
        .map(type -> type.equals(types.get(1)))
        .toList();
  }

  private static List<String> types(List<Boolean> hasAttention, List<String> types) {
    return hasAttention.stream().map(attention -> types.get(attention ? 1 : 0)).toList();
  }

  private static void requireLevels(String name, int count, int levels) {
    if (count != levels) {
      throw new IllegalArgumentException(
          "%s: %d levels (expected: %d, as block_out_channels)".formatted(name, count, levels));
    }
  }
}
