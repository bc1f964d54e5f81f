package io.stepwise.network;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Writes the {@code UNet2DModel} of a config: Ronneberger et al. 2015 with residual blocks,
 * attention and a time embedding as in Ho et al. 2020 (arXiv:2006.11239), by diffusers' layout.
 *
 * <p>Its method is {@code forward(x, t, y)}: x [B, C, H, W] float32, t [B] float32, y [B] int64
 * (not read where there are no classes), giving [B, C', H, W] float32.
 */
public final class UNet {

  private final UNetConfig config;
  private final ModuleWriter module = new ModuleWriter();
  private final NetworkLayers layers;
  private final Deque<Skip> skips = new ArrayDeque<>();

  private UNet(UNetConfig config) {
    this.config = config;
    this.layers =
        new NetworkLayers(module, config.normGroups(), config.normEpsilon(), config.dropout());
  }

  /** Returns the network's code and the shapes of its parameters. */
  public static ModuleDefinition define(UNetConfig config) {
    return new UNet(config).write();
  }

  private ModuleDefinition write() {
    module.method("forward", "x", "t", "y");
    String time = timeEmbedding();
    int first = config.blockOutChannels().get(0);
    String h = layers.convolution("conv_in", "x", config.inChannels(), first, 3);
    skips.push(new Skip(h, first));
    h = down(h, time);
    h = config.midBlock() ? mid(h, time) : h;
    h = up(h, time);
    h = layers.silu(layers.groupNorm("conv_norm_out", h, first));
    h = layers.convolution("conv_out", h, first, config.outChannels(), 3);
    return module.endMethod(h).definition();
  }

  private String timeEmbedding() {
    int first = config.blockOutChannels().get(0);
    int size = config.timeEmbeddingSize();
    String frequencies = module.buffer("time_frequencies", frequencies(first / 2));
    String angles = module.value("torch.mul(torch.unsqueeze(t, 1), %s)", frequencies);
    String order =
        config.flipSinToCos() ? "torch.cos(%s), torch.sin(%s)" : "torch.sin(%s), torch.cos(%s)";
    String embedding = module.value("torch.cat([" + order + "], -1)", angles, angles);
    String hidden = layers.silu(layers.linear("time_embedding.linear_1", embedding, first, size));
    String time = layers.linear("time_embedding.linear_2", hidden, size, size);
    if (config.classCount() != null) {
      String table = module.parameter("class_embedding.weight", config.classCount(), size);
      time = module.value("torch.add(%s, torch.embedding(%s, y))", time, table);
    }
    return time;
  }

  /** Frequencies fall from 1 to almost 1/10000: Vaswani et al. 2017, section 3.5. */
  private TensorData frequencies(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) Math.exp(-Math.log(10000) * i / (count - config.frequencyShift()));
    }
    return new TensorData(new long[] {count}, values);
  }

  private String down(String input, String time) {
    List<Integer> channels = config.blockOutChannels();
    String h = input;
    int in = channels.get(0);
    for (int i = 0; i < channels.size(); i++) {
      String block = "down_blocks." + i;
      int out = channels.get(i);
      boolean attention = config.downBlockTypes().get(i).equals(UNetConfig.ATTENTION_DOWN);
      for (int j = 0; j < config.layersPerBlock(); j++) {
        h = layer(block, j, h, time, in, out, attention);
        skips.push(new Skip(h, out));
        in = out;
      }
      if (i < channels.size() - 1) {
        h = layers.downsample(block + ".downsamplers.0", h, out, config.downsamplePadding());
        skips.push(new Skip(h, out));
      }
    }
    return h;
  }

  private String mid(String input, String time) {
    int channels = config.blockOutChannels().get(config.blockOutChannels().size() - 1);
    int size = config.timeEmbeddingSize();
    double scale = config.midBlockScaleFactor();
    String h = layers.resnet("mid_block.resnets.0", input, time, size, channels, channels, scale);
    if (config.midBlockAttention()) {
      h = layers.attention("mid_block.attentions.0", h, channels, heads(channels), scale);
    }
    return layers.resnet("mid_block.resnets.1", h, time, size, channels, channels, scale);
  }

  private String up(String input, String time) {
    List<Integer> channels = config.blockOutChannels();
    int levels = channels.size();
    String h = input;
    int in = channels.get(levels - 1);
    for (int i = 0; i < levels; i++) {
      String block = "up_blocks." + i;
      int out = channels.get(levels - 1 - i);
      boolean attention = config.upBlockTypes().get(i).equals(UNetConfig.ATTENTION_UP);
      for (int j = 0; j <= config.layersPerBlock(); j++) {
        Skip skip = skips.pop();
        String joined = module.value("torch.cat([%s, %s], 1)", h, skip.value());
        h = layer(block, j, joined, time, in + skip.channels(), out, attention);
        in = out;
      }
      if (i < levels - 1) {
        h = layers.upsample(block + ".upsamplers.0", h, out);
      }
    }
    return h;
  }

  private String layer(
      String block, int index, String x, String time, int in, int out, boolean attention) {
    String h =
        layers.resnet(block + ".resnets." + index, x, time, config.timeEmbeddingSize(), in, out, 1);
    return attention ? layers.attention(block + ".attentions." + index, h, out, heads(out), 1) : h;
  }

  private int heads(int channels) {
    return config.attentionHeadSize() == null ? 1 : channels / config.attentionHeadSize();
  }

  /** A value kept on the way down for the way up. */
  private record Skip(String value, int channels) {}
}
