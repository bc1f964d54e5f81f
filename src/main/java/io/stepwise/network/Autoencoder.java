package io.stepwise.network;

/**
 * Writes the {@code AutoencoderKL} of a config: Rombach et al. 2022 (arXiv:2112.10752), by
 * diffusers' layout.
 *
 * <p>Its methods are {@code encode(x)}: x [B, C, H, W] float32, giving [B, 2 L, h, w], the mean and
 * the log-variance of the latents, {@code decode(z)}: z [B, L, h, w], giving [B, C', H, W], and
 * both one after the other, {@code forward(x, n)}: x as above and standard normal noise n [B, L, h,
 * w], giving [B, 2 L h w + C' H W], the moments and what is decoded of the latents that they and
 * the noise make.
 */
final class Autoencoder {

  static final String ENCODE = "encode";
  static final String DECODE = ImageDecoder.DECODE;

  private static final double MIN_LOG_VARIANCE = -30;
  private static final double MAX_LOG_VARIANCE = 20;

  private final AutoencoderConfig config;
  private final ModuleWriter module = new ModuleWriter();
  private final NetworkLayers layers;
  private final BlockLayers blocks;

  private Autoencoder(AutoencoderConfig config) {
    this.config = config;
    this.layers = new NetworkLayers(module, config.blocks());
    this.blocks = new BlockLayers(module, layers, config.blocks());
  }

  /** Returns the code of both methods and the shapes of their parameters. */
  static ModuleDefinition define(AutoencoderConfig config) {
    Autoencoder autoencoder = new Autoencoder(config);
    ImageShape image = config.imageShape();
    Feature latent = autoencoder.encode(feature("x", image));
    autoencoder.decode(new Feature("z", config.latentChannels(), latent.height(), latent.width()));
    autoencoder.pass();
    return autoencoder.module.definition();
  }

  /** Returns the code and the parameters of {@code decode} alone, for latents of this shape. */
  static ModuleDefinition defineDecoder(AutoencoderConfig config, ImageShape latent) {
    Autoencoder autoencoder = new Autoencoder(config);
    autoencoder.decode(feature("z", latent));
    return autoencoder.module.definition();
  }

  private Feature encode(Feature image) {
    module.method(ENCODE, image.name());
    int latents = config.latentChannels();
    Feature h = layers.convolution("encoder.conv_in", image, config.firstChannels(), 3);
    int levels = config.channels().size();
    for (int i = 0; i < levels; i++) {
      String block = "encoder.down_blocks." + i;
      for (int j = 0; j < config.layersPerBlock(); j++) {
        h = blocks.layer(block, j, h, config.channels().get(i), config.attentionDown().get(i));
      }
      h = i < levels - 1 ? layers.downsample(block + ".downsamplers.0", h, 0) : h;
    }
    h = blocks.middle("encoder.mid_block", h, config.middle());
    h = layers.silu(layers.groupNorm("encoder.conv_norm_out", h));
    h = layers.convolution("encoder.conv_out", h, 2 * latents, 3);
    h = config.hasQuantConvolution() ? layers.convolution("quant_conv", h, 2 * latents, 1) : h;
    String mean = module.value("torch.slice(%s, 1, 0, %d, 1)", h.name(), latents);
    String logVariance =
        module.value(
            "torch.clamp(torch.slice(%s, 1, %d, %d, 1), %s, %s)",
            h.name(),
            latents,
            2 * latents,
            NetworkLayers.literal(MIN_LOG_VARIANCE),
            NetworkLayers.literal(MAX_LOG_VARIANCE));
    module.endMethod(module.value("torch.cat([%s, %s], 1)", mean, logVariance));
    return h;
  }

  private void decode(Feature latent) {
    module.method(DECODE, latent.name());
    int latents = config.latentChannels();
    Feature h =
        config.hasPostQuantConvolution()
            ? layers.convolution("post_quant_conv", latent, latents, 1)
            : latent;
    h = layers.convolution("decoder.conv_in", h, config.lastChannels(), 3);
    h = blocks.middle("decoder.mid_block", h, config.middle());
    int levels = config.channels().size();
    for (int i = 0; i < levels; i++) {
      String block = "decoder.up_blocks." + i;
      int out = config.channels().get(levels - 1 - i);
      for (int j = 0; j <= config.layersPerBlock(); j++) {
        h = blocks.layer(block, j, h, out, config.attentionUp().get(i));
      }
      h = i < levels - 1 ? layers.upsample(block + ".upsamplers.0", h) : h;
    }
    h = layers.silu(layers.groupNorm("decoder.conv_norm_out", h));
    h = layers.convolution("decoder.conv_out", h, config.outChannels(), 3);
    module.endMethod(h.name());
  }

  private void pass() {
    module.method("forward", "x", "n");
    int latents = config.latentChannels();
    String moments = module.value("self.%s(x)", ENCODE);
    String mean = module.value("torch.slice(%s, 1, 0, %d, 1)", moments, latents);
    String logVariance =
        module.value("torch.slice(%s, 1, %d, %d, 1)", moments, latents, 2 * latents);
    String deviation = module.value("torch.exp(torch.div(%s, 2.))", logVariance);
    String drawn = module.value("torch.add(%s, torch.mul(%s, n))", mean, deviation);
    String decoded = module.value("self.%s(%s)", DECODE, drawn);
    module.endMethod(
        module.value(
            "torch.cat([torch.flatten(%s, 1), torch.flatten(%s, 1)], 1)", moments, decoded));
  }

  private static Feature feature(String name, ImageShape shape) {
    return new Feature(name, shape.channels(), shape.height(), shape.width());
  }
}
