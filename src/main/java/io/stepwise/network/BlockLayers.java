package io.stepwise.network;

import org.jspecify.annotations.Nullable;

/** The residual and attention blocks of networks, by diffusers' semantics and parameter names. */
final class BlockLayers {

  /** What a residual block does to the size. */
  enum Resampling {
    KEEP,
    HALVE,
    DOUBLE
  }

  private final ModuleWriter module;
  private final NetworkLayers layers;
  private final BlockOptions options;
  private @Nullable String time;
  private int timeWidth;

  /** Begins blocks that know no time. */
  BlockLayers(ModuleWriter module, NetworkLayers layers, BlockOptions options) {
    this.module = module;
    this.layers = layers;
    this.options = options;
  }

  /** Gives all residual blocks from here on a time embedding, a tensor [B, width]. */
  void useTime(String embedding, int width) {
    time = embedding;
    timeWidth = width;
  }

  /** A residual block that keeps the size. */
  Feature resnet(String name, Feature x, int out) {
    return resnet(name, x, out, 1, Resampling.KEEP);
  }

  /** ResnetBlock2D: two convolutions, the time embedding between them, and a shortcut. */
  Feature resnet(String name, Feature x, int out, double scale, Resampling resampling) {
    Feature h = layers.activation(layers.groupNorm(name + ".norm1", x));
    h = resample(h, resampling);
    h = layers.convolution(name + ".conv1", h, out, 3);
    h = secondNorm(name, h);
    h = layers.dropout(layers.activation(h));
    h = layers.convolution(name + ".conv2", h, out, 3);
    Feature shortcut = resample(x, resampling);
    if (x.channels() != out) {
      shortcut = layers.convolution(name + ".conv_shortcut", shortcut, out, 1);
    }
    return layers.sum(shortcut, h, scale);
  }

  /** Adds the time embedding before the second normalisation, or scales and shifts its result. */
  private Feature secondNorm(String name, Feature h) {
    if (time == null) {
      return layers.groupNorm(name + ".norm2", h);
    }
    int channels = h.channels();
    int width = options.scalesAndShifts() ? 2 * channels : channels;
    String embedding =
        layers.linear(name + ".time_emb_proj", layers.activation(time), timeWidth, width, 1);
    String pixels = module.value("torch.unsqueeze(torch.unsqueeze(%s, -1), -1)", embedding);
    if (!options.scalesAndShifts()) {
      Feature sum = h.with(module.value("torch.add(%s, %s)", h.name(), pixels));
      return layers.groupNorm(name + ".norm2", sum);
    }
    Feature normed = layers.groupNorm(name + ".norm2", h);
    String scale = module.value("torch.slice(%s, 1, 0, %d, 1)", pixels, channels);
    String shift = module.value("torch.slice(%s, 1, %d, %d, 1)", pixels, channels, width);
    return h.with(
        module.value(
            "torch.add(torch.mul(%s, torch.add(%s, 1.)), %s)", normed.name(), scale, shift));
  }

  /** A residual block and, if asked for, attention after it: one layer of a level. */
  Feature layer(String block, int index, Feature x, int out, boolean hasAttention) {
    Feature h = resnet(block + ".resnets." + index, x, out);
    return hasAttention ? attention(block + ".attentions." + index, h, options.normGroups(), 1) : h;
  }

  /** The middle block: a residual block, attention if asked for, a residual block. */
  Feature middle(String name, Feature x, MiddleBlock middle) {
    double scale = middle.scale();
    Feature h = resnet(name + ".resnets.0", x, x.channels(), scale, Resampling.KEEP);
    if (middle.hasAttention()) {
      h = attention(name + ".attentions.0", h, middle.normGroups(options), scale);
    }
    return resnet(name + ".resnets.1", h, x.channels(), scale, Resampling.KEEP);
  }

  /** Self-attention over the pixels, after group normalisation if there are groups. */
  private Feature attention(String name, Feature x, @Nullable Integer groups, double scale) {
    int channels = x.channels();
    int heads = options.heads(channels);
    int inner = heads * options.headSize(channels);
    Feature normed = groups == null ? x : layers.groupNorm(name + ".group_norm", x, groups);
    String pixels = module.value("torch.transpose(torch.flatten(%s, 2), 1, 2)", normed.name());
    String query = head(layers.linear(name + ".to_q", pixels, channels, inner, x.pixels()), heads);
    String key = head(layers.linear(name + ".to_k", pixels, channels, inner, x.pixels()), heads);
    String value = head(layers.linear(name + ".to_v", pixels, channels, inner, x.pixels()), heads);
    String h = module.value("torch.scaled_dot_product_attention(%s, %s, %s)", query, key, value);
    module.countMultiplications(2 * x.pixels() * x.pixels() * inner);
    h = module.value("torch.flatten(torch.transpose(%s, 1, 2), 2)", h);
    h = layers.linear(name + ".to_out.0", h, inner, channels, x.pixels());
    h = module.value("torch.view_as(torch.transpose(%s, 1, 2), %s)", h, x.name());
    return layers.sum(x, x.with(h), scale);
  }

  private String head(String x, int heads) {
    return module.value("torch.transpose(torch.unflatten(%s, 2, [%d, -1]), 1, 2)", x, heads);
  }

  private Feature resample(Feature x, Resampling resampling) {
    return switch (resampling) {
      case KEEP -> x;
      case HALVE -> layers.halved(x);
      case DOUBLE -> layers.doubled(x);
    };
  }
}
