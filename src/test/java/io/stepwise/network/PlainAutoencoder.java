package io.stepwise.network;

import java.util.List;
import java.util.Map;

/**
 * AutoencoderKL evaluated from a config's raw fields, all of which must be there, for one image at
 * a time; written apart from the networks that are emitted, to compare them with.
 */
final class PlainAutoencoder {

  private static final double EPSILON = 1e-6;

  private final Map<String, ?> config;
  private final PlainLayers layers;
  private final PlainBlocks blocks;
  private final List<?> channels;

  PlainAutoencoder(Map<String, ?> config, PlainLayers layers) {
    this.config = config;
    this.layers = layers;
    this.blocks = new PlainBlocks(layers, config, EPSILON, null);
    this.channels = (List<?>) config.get("block_out_channels");
  }

  /** Returns the channels of the mean and then those of the log-variance. */
  double[][][] encode(double[][][] image) {
    double[][][] h = layers.convolution("encoder.conv_in", image, channel(0), 3);
    for (int i = 0; i < channels.size(); i++) {
      String name = "encoder.down_blocks." + i;
      h = level(name, h, channel(i), integer("layers_per_block"), "down_block_types", i);
      if (i < channels.size() - 1) {
        h = layers.convolution(name + ".downsamplers.0.conv", h, channel(i), 3, 2, 0, 1);
      }
    }
    h = ends("encoder", middle("encoder", h), 2 * integer("latent_channels"));
    if (config.get("use_quant_conv").equals(true)) {
      h = layers.convolution("quant_conv", h, h.length, 1);
    }
    for (int c = h.length / 2; c < h.length; c++) {
      h[c] = PlainLayers.map(h[c], v -> Math.max(-30, Math.min(20, v)));
    }
    return h;
  }

  double[][][] decode(double[][][] latent) {
    double[][][] h = latent;
    if (config.get("use_post_quant_conv").equals(true)) {
      h = layers.convolution("post_quant_conv", h, h.length, 1);
    }
    int last = channels.size() - 1;
    h = middle("decoder", layers.convolution("decoder.conv_in", h, channel(last), 3));
    for (int i = 0; i <= last; i++) {
      String name = "decoder.up_blocks." + i;
      int out = channel(last - i);
      h = level(name, h, out, integer("layers_per_block") + 1, "up_block_types", i);
      if (i < last) {
        h = layers.convolution(name + ".upsamplers.0.conv", PlainLayers.doubled(h), out, 3);
      }
    }
    return ends("decoder", h, integer("out_channels"));
  }

  private double[][][] level(
      String name, double[][][] x, int out, int count, String types, int index) {
    String type = (String) ((List<?>) config.get(types)).get(index);
    double[][][] h = x;
    for (int j = 0; j < count; j++) {
      h = blocks.resnet(name + ".resnets." + j, h, out, 1, 0);
      if (type.startsWith("Attn")) {
        h = blocks.attention(name + ".attentions." + j, h, integer("norm_num_groups"), 1);
      }
    }
    return h;
  }

  private double[][][] middle(String part, double[][][] x) {
    double[][][] h = blocks.resnet(part + ".mid_block.resnets.0", x, x.length, 1, 0);
    if (config.get("mid_block_add_attention").equals(true)) {
      h = blocks.attention(part + ".mid_block.attentions.0", h, integer("norm_num_groups"), 1);
    }
    return blocks.resnet(part + ".mid_block.resnets.1", h, x.length, 1, 0);
  }

  private double[][][] ends(String part, double[][][] x, int out) {
    double[][][] h =
        layers.groupNorm(part + ".conv_norm_out", x, integer("norm_num_groups"), EPSILON);
    return layers.convolution(part + ".conv_out", PlainLayers.map(h, PlainLayers::silu), out, 3);
  }

  private int channel(int level) {
    return (Integer) channels.get(level);
  }

  private int integer(String name) {
    return (Integer) config.get(name);
  }
}
