package io.stepwise.network;

/**
 * Writes a small generator of images whose code sets the mean and the deviation of every channel at
 * every level, and whose levels add noise: Karras et al. 2019 (arXiv:1812.04948), section 2.
 *
 * <p>Its methods are {@code decode(z)} and {@code forward(z)}, which are the same: z [B, 1, 1, S]
 * float32, standard normal, the code followed by the noise of the levels, giving [B, C, H, W] from
 * -1 to 1.
 *
 * <p>Differs from the paper: two levels of one convolution; the code's mapping has two layers and
 * learns as fast as the rest.
 */
final class StyleGenerator {

  private static final int MAPPINGS = 2;
  private static final String SLOPE = NetworkLayers.literal(0.2);

  private final StyleGeneratorConfig config;
  private final ModuleWriter module = new ModuleWriter();
  private final NetworkLayers layers =
      new NetworkLayers(module, new BlockOptions(1, 1e-5, Activation.RELU, 0, false, null));

  private StyleGenerator(StyleGeneratorConfig config) {
    this.config = config;
  }

  static ModuleDefinition define(StyleGeneratorConfig config) {
    return new StyleGenerator(config).write();
  }

  private ModuleDefinition write() {
    module.method(ImageDecoder.DECODE, "z");
    String all = module.value("torch.flatten(z, 1)");
    String style = mapped(module.value("torch.slice(%s, 1, 0, %d, 1)", all, config.codeSize()));
    ImageShape image = config.imageShape();
    int height = image.height() >> StyleGeneratorConfig.DOUBLINGS;
    int width = image.width() >> StyleGeneratorConfig.DOUBLINGS;
    String constant = module.parameter("constant.weight", 1, config.channels(), height, width);
    String repeated = module.value("torch.expand(%s, [torch.size(z, 0), -1, -1, -1])", constant);
    Feature h = new Feature(repeated, config.channels(), height, width);
    int from = config.codeSize();
    for (int level = 0; level < StyleGeneratorConfig.DOUBLINGS; level++) {
      String name = "up_blocks." + level;
      h = layers.convolution(name + ".conv", layers.doubled(h), config.channels(), 3);
      if (config.hasNoise()) {
        int pixels = config.noisePixels(level);
        h = withNoise(name + ".noise", h, all, from, pixels);
        from += pixels;
      }
      h = styled(name + ".style", leaky(h), style);
    }
    Feature out = layers.convolution("to_image", h, image.channels(), 1);
    module.endMethod(module.value("torch.tanh(%s)", out.name()));
    module.method("forward", "z");
    return module.endMethod("self." + ImageDecoder.DECODE + "(z)").definition();
  }

  private String mapped(String code) {
    String square = module.value("torch.mean(torch.mul(%s, %s), [1], True)", code, code);
    String h = module.value("torch.mul(%s, torch.rsqrt(torch.add(%s, 1e-08)))", code, square);
    int width = config.codeSize();
    for (int i = 0; i < MAPPINGS; i++) {
      h = layers.linear("mapping." + i, h, width, config.styleSize(), 1);
      h = module.value("torch.leaky_relu(%s, %s)", h, SLOPE);
      width = config.styleSize();
    }
    return h;
  }

  /** Adds one map of noise to all channels, each with a strength of its own that begins at 0. */
  private Feature withNoise(String name, Feature h, String all, int from, int pixels) {
    String strength = module.parameter(name + ".weight", h.channels(), 1, 1);
    String map =
        module.value(
            "torch.reshape(torch.slice(%s, 1, %d, %d, 1), [-1, 1, %d, %d])",
            all, from, from + pixels, h.height(), h.width());
    return h.with(module.value("torch.add(%s, torch.mul(%s, %s))", h.name(), strength, map));
  }

  /** Gives each channel of an image the mean and the deviation that its style says. */
  private Feature styled(String name, Feature h, String style) {
    int channels = h.channels();
    String both = layers.linear(name, style, config.styleSize(), 2 * channels, 1);
    String columns = module.value("torch.reshape(%s, [-1, %d, 1, 1])", both, 2 * channels);
    String scale = module.value("torch.add(torch.slice(%s, 1, 0, %d, 1), 1.)", columns, channels);
    String shift = module.value("torch.slice(%s, 1, %d, %d, 1)", columns, channels, 2 * channels);
    String normal = module.value("torch.group_norm(%s, %d, None, None, 1e-05)", h.name(), channels);
    return h.with(module.value("torch.add(torch.mul(%s, %s), %s)", normal, scale, shift));
  }

  private Feature leaky(Feature h) {
    return h.with(module.value("torch.leaky_relu(%s, %s)", h.name(), SLOPE));
  }
}
