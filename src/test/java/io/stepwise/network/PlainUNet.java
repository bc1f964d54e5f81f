package io.stepwise.network;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * UNet2DModel evaluated from a config's raw fields, all of which must be there, for one image at a
 * time; written apart from the networks that are emitted, to compare them with.
 */
final class PlainUNet {

  private final Map<String, ?> config;
  private final PlainLayers layers;
  private final List<?> channels;
  private final int first;
  private final int width;

  PlainUNet(Map<String, ?> config, PlainLayers layers) {
    this.config = config;
    this.layers = layers;
    this.channels = (List<?>) config.get("block_out_channels");
    this.first = (Integer) channels.get(0);
    Object width = config.get("time_embedding_dim");
    this.width = width == null ? 4 * first : (Integer) width;
  }

  /** Evaluates the network; the label is a class index, an embedding or null. */
  double[][][] run(double[][][] image, double timestep, Object label) {
    double[][][] x =
        withWaves(is("center_input_sample", true) ? PlainLayers.map(image, v -> 2 * v - 1) : image);
    double[] time = added(embedded("time_embedding", projected(timestep)), label);
    PlainBlocks blocks = new PlainBlocks(layers, config, number("norm_eps"), time);
    Deque<double[][][]> skips = new ArrayDeque<>();
    double[][][] h = layers.convolution("conv_in", x, first, 3);
    skips.push(h);
    for (int i = 0; i < channels.size(); i++) {
      h = down(blocks, h, i, skips);
    }
    if (config.get("mid_block_type") != null) {
      h = middle(blocks, h);
    }
    for (int i = 0; i < channels.size(); i++) {
      h = up(blocks, h, i, skips);
    }
    h = layers.groupNorm("conv_norm_out", h, integer("norm_num_groups"), number("norm_eps"));
    h = PlainLayers.map(h, PlainLayers::silu);
    h = layers.convolution("conv_out", h, integer("out_channels"), 3);
    return is("time_embedding_type", "fourier") ? PlainLayers.map(h, v -> v / timestep) : h;
  }

  private double[][][] withWaves(double[][][] x) {
    List<double[][]> channels = new ArrayList<>(List.of(x));
    if (config.get("input_frequencies") instanceof List<?> frequencies) {
      for (Object frequency : frequencies) {
        double factor = 2 * Math.PI * ((Number) frequency).doubleValue();
        channels.addAll(List.of(PlainLayers.map(x, v -> Math.sin(factor * v))));
        channels.addAll(List.of(PlainLayers.map(x, v -> Math.cos(factor * v))));
      }
    }
    return channels.toArray(double[][][]::new);
  }

  private double[][][] down(
      PlainBlocks blocks, double[][][] x, int level, Deque<double[][][]> skips) {
    String type = (String) ((List<?>) config.get("down_block_types")).get(level);
    boolean attention = type.startsWith("Attn");
    String name = "down_blocks." + level;
    int out = (Integer) channels.get(level);
    double[][][] h = x;
    for (int j = 0; j < integer("layers_per_block"); j++) {
      h = blocks.resnet(name + ".resnets." + j, h, out, 1, 0);
      h = attention ? attention(blocks, name + ".attentions." + j, h) : h;
      skips.push(h);
    }
    if (level == channels.size() - 1) {
      return h;
    }
    if (type.startsWith("Resnet") || (attention && is("downsample_type", "resnet"))) {
      h = blocks.resnet(name + ".downsamplers.0", h, out, 1, -1);
    } else {
      int before = integer("downsample_padding");
      h = layers.convolution(name + ".downsamplers.0.conv", h, out, 3, 2, before, 1);
    }
    skips.push(h);
    return h;
  }

  private double[][][] middle(PlainBlocks blocks, double[][][] x) {
    double divisor = number("mid_block_scale_factor");
    double[][][] h = blocks.resnet("mid_block.resnets.0", x, x.length, divisor, 0);
    if (is("add_attention", true)) {
      Object groups = config.get("attn_norm_num_groups");
      int others = is("resnet_time_scale_shift", "default") ? integer("norm_num_groups") : 0;
      h =
          blocks.attention(
              "mid_block.attentions.0", h, groups == null ? others : (Integer) groups, divisor);
    }
    return blocks.resnet("mid_block.resnets.1", h, x.length, divisor, 0);
  }

  private double[][][] up(
      PlainBlocks blocks, double[][][] x, int level, Deque<double[][][]> skips) {
    String type = (String) ((List<?>) config.get("up_block_types")).get(level);
    boolean attention = type.startsWith("Attn");
    String name = "up_blocks." + level;
    int out = (Integer) channels.get(channels.size() - 1 - level);
    double[][][] h = x;
    for (int j = 0; j <= integer("layers_per_block"); j++) {
      h = PlainLayers.joined(h, skips.pop());
      h = blocks.resnet(name + ".resnets." + j, h, out, 1, 0);
      h = attention ? attention(blocks, name + ".attentions." + j, h) : h;
    }
    if (level == channels.size() - 1) {
      return h;
    }
    return type.startsWith("Resnet") || (attention && is("upsample_type", "resnet"))
        ? blocks.resnet(name + ".upsamplers.0", h, out, 1, 1)
        : layers.convolution(name + ".upsamplers.0.conv", PlainLayers.doubled(h), out, 3);
  }

  private double[][][] attention(PlainBlocks blocks, String name, double[][][] x) {
    return blocks.attention(name, x, integer("norm_num_groups"), 1);
  }

  private double[] added(double[] time, Object label) {
    if (label == null) {
      return time;
    }
    double[] embedding;
    if (label instanceof double[] given) {
      embedding = given;
    } else if (is("class_embed_type", "timestep")) {
      embedding = embedded("class_embedding", projected((Integer) label));
    } else {
      float[] table = layers.weight("class_embedding.weight", integer("num_class_embeds"), width);
      int row = (Integer) label;
      embedding = IntStream.range(0, width).mapToDouble(i -> table[row * width + i]).toArray();
    }
    return IntStream.range(0, width).mapToDouble(i -> time[i] + embedding[i]).toArray();
  }

  private double[] embedded(String name, double[] x) {
    double[] hidden = layers.linear(name + ".linear_1", x, width);
    return layers.linear(name + ".linear_2", PlainLayers.map(hidden, PlainLayers::silu), width);
  }

  private double[] projected(double timestep) {
    if (is("time_embedding_type", "learned")) {
      int count = integer("num_train_timesteps");
      float[] table = layers.weight("time_proj.weight", count, first);
      int row = (int) timestep;
      return IntStream.range(0, first).mapToDouble(i -> table[row * first + i]).toArray();
    }
    if (is("time_embedding_type", "fourier")) {
      float[] frequencies = layers.weight("time_proj.weight", first);
      return waves(first, i -> 2 * Math.PI * frequencies[i] * Math.log(timestep), false);
    }
    int half = first / 2;
    double spacing = half - number("freq_shift");
    return waves(half, i -> timestep * Math.pow(1e4, -i / spacing), is("flip_sin_to_cos", true));
  }

  private double[] waves(int half, IntToDoubleFunction angle, boolean cosinesFirst) {
    double[] waves = new double[is("time_embedding_type", "fourier") ? 2 * half : first];
    for (int i = 0; i < half; i++) {
      waves[cosinesFirst ? half + i : i] = Math.sin(angle.applyAsDouble(i));
      waves[cosinesFirst ? i : half + i] = Math.cos(angle.applyAsDouble(i));
    }
    return waves;
  }

  private boolean is(String name, Object value) {
    return value.equals(config.get(name));
  }

  private int integer(String name) {
    return (Integer) config.get(name);
  }

  private double number(String name) {
    return ((Number) config.get(name)).doubleValue();
  }
}
