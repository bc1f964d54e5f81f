package io.stepwise.network;

import io.stepwise.network.BlockLayers.Resampling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Writes the {@code UNet2DModel} of a config: Ronneberger et al. 2015 with residual blocks,
 * attention and a time embedding as in Ho et al. 2020 (arXiv:2006.11239), by diffusers' layout.
 *
 * <p>Its method is {@code forward(x, t, y)}: x [B, C, H, W] float32, t [B] float32, y [B] int64
 * (not read where there are no classes; [B, width] float32 where the caller brings embeddings),
 * giving [B, C', H, W] float32.
 */
public final class UNet {

  private final UNetConfig config;
  private final UNetLevels levels;
  private final ModuleWriter module = new ModuleWriter();
  private final NetworkLayers layers;
  private final BlockLayers blocks;
  private final Deque<Feature> skips = new ArrayDeque<>();

  private UNet(UNetConfig config) {
    this.config = config;
    this.levels = config.levels();
    this.layers = new NetworkLayers(module, config.blocks());
    this.blocks = new BlockLayers(module, layers, config.blocks());
  }

  /** Returns the network's code and the shapes of its parameters. */
  public static ModuleDefinition define(UNetConfig config) {
    return new UNet(config).write();
  }

  private ModuleDefinition write() {
    module.method("forward", "x", "t", "y");
    int first = levels.firstChannels();
    String time = new EmbeddingLayers(module, layers, config).write(config.labels());
    blocks.useTime(time, config.time().width(first));
    Feature h = layers.convolution("conv_in", input(), first, 3);
    skips.push(h);
    h = down(h);
    h = config.middle().exists() ? blocks.middle("mid_block", h, config.middle()) : h;
    h = up(h);
    h = layers.silu(layers.groupNorm("conv_norm_out", h));
    h = layers.convolution("conv_out", h, config.outChannels(), 3);
    return module.endMethod(output(h)).definition();
  }

  private Feature input() {
    ImageShape shape = config.imageShape();
    String x = config.centersInput() ? module.value("torch.sub(torch.mul(x, 2.), 1.)") : "x";
    return new Feature(withWaves(x), config.inputChannels(), shape.height(), shape.width());
  }

  /** Puts the Fourier features of the input beside it: Kingma et al. 2021, appendix C. */
  private String withWaves(String x) {
    if (config.inputFrequencies().isEmpty()) {
      return x;
    }
    List<String> parts = new ArrayList<>(List.of(x));
    for (double frequency : config.inputFrequencies()) {
      String factor = NetworkLayers.literal(2 * Math.PI * frequency);
      String angle = module.value("torch.mul(%s, %s)", x, factor);
      parts.add(module.value("torch.sin(%s)", angle));
      parts.add(module.value("torch.cos(%s)", angle));
    }
    return module.value("torch.cat([%s], 1)", String.join(", ", parts));
  }

  /** A network with Fourier features is told the noise's scale, and divides by it. */
  private String output(Feature h) {
    return config.time().kind() == TimeEmbedding.Kind.FOURIER
        ? module.value(
            "torch.div(%s, torch.unsqueeze(torch.unsqueeze(torch.unsqueeze(t, 1), 2), 3))",
            h.name())
        : h.name();
  }

  private Feature down(Feature input) {
    Feature h = input;
    for (int i = 0; i < levels.count(); i++) {
      String block = "down_blocks." + i;
      int out = levels.channels().get(i);
      for (int j = 0; j < levels.layersPerBlock(); j++) {
        h = blocks.layer(block, j, h, out, levels.hasAttentionDown(i));
        skips.push(h);
      }
      if (i < levels.count() - 1) {
        String name = block + ".downsamplers.0";
        h =
            levels.isHalvedByResnet(i)
                ? blocks.resnet(name, h, out, 1, Resampling.HALVE)
                : layers.downsample(name, h, levels.downsamplePadding());
        skips.push(h);
      }
    }
    return h;
  }

  private Feature up(Feature input) {
    Feature h = input;
    for (int i = 0; i < levels.count(); i++) {
      String block = "up_blocks." + i;
      int out = levels.upChannels(i);
      for (int j = 0; j <= levels.layersPerBlock(); j++) {
        h = blocks.layer(block, j, joined(h, skips.pop()), out, levels.hasAttentionUp(i));
      }
      if (i < levels.count() - 1) {
        String name = block + ".upsamplers.0";
        h =
            levels.isDoubledByResnet(i)
                ? blocks.resnet(name, h, out, 1, Resampling.DOUBLE)
                : layers.upsample(name, h);
      }
    }
    return h;
  }

  private Feature joined(Feature h, Feature skip) {
    String value = module.value("torch.cat([%s, %s], 1)", h.name(), skip.name());
    return new Feature(value, h.channels() + skip.channels(), h.height(), h.width());
  }
}
