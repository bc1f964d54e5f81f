package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that tells real images from made ones: Goodfellow et al. 2014 (arXiv:1406.2661). At its
 * smallest level it sees how much the images of the batch differ, so that it notices if all are
 * alike: Karras et al. 2018 (arXiv:1710.10196), section 3. Not a class of diffusers.
 *
 * <p>Its method is {@code forward(x)}: x [B, C, H, W] float32, giving [B, 1], larger for images
 * that seem real. A result depends on the whole batch.
 *
 * @param imageShape shape of the images, height and width multiples of 4
 * @param channels channels of its levels
 */
record Discriminator(ImageShape imageShape, int channels) {

  static final String CLASS_NAME = "Discriminator";

  private static final int HALVINGS = 2;
  private static final String SLOPE = NetworkLayers.literal(0.2);

  /** Reads the fields of a {@code config.json}. */
  static Discriminator parse(Map<String, ? extends @Nullable Object> json) {
    ConfigFields fields = new ConfigFields(json);
    fields.require("_class_name", CLASS_NAME);
    int most = UNetConfig.MAX_CHANNELS;
    Discriminator config =
        new Discriminator(
            UNetConfig.shape(fields, fields.integer("in_channels", 1, 1, most)),
            fields.integer("block_channels", 64, 1, most));
    fields.requireAllRead();
    return config;
  }

  /** Returns the fields of a {@code config.json} that reads back as this. */
  Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", CLASS_NAME);
    fields.put("sample_size", imageShape.sampleSize());
    fields.put("in_channels", imageShape.channels());
    fields.put("block_channels", channels);
    return fields;
  }

  /** Returns the network. */
  ModuleDefinition define() {
    ModuleWriter module = new ModuleWriter().method("forward", "x");
    NetworkLayers layers =
        new NetworkLayers(module, new BlockOptions(1, 1e-5, Activation.RELU, 0, false, null));
    Feature h = new Feature("x", imageShape.channels(), imageShape.height(), imageShape.width());
    h = leaky(module, layers.convolution("from_image", h, channels, 3));
    for (int i = 0; i < HALVINGS; i++) {
      h = leaky(module, layers.convolution("down_blocks." + i + ".conv", h, channels, 3));
      h = layers.halved(h);
    }
    h = leaky(module, layers.convolution("last", withSpread(module, h), channels, 3));
    String flat = module.value("torch.flatten(%s, 1)", h.name());
    int width = Math.toIntExact(h.channels() * h.pixels());
    String hidden = layers.linear("hidden", flat, width, channels, 1);
    String active = module.value("torch.leaky_relu(%s, %s)", hidden, SLOPE);
    return module.endMethod(layers.linear("logit", active, channels, 1, 1)).definition();
  }

  /** Puts the mean deviation over the batch beside the channels. */
  private static Feature withSpread(ModuleWriter module, Feature h) {
    String offset = module.value("torch.sub(%s, torch.mean(%s, [0], True))", h.name(), h.name());
    String variance = module.value("torch.mean(torch.mul(%s, %s), [0], True)", offset, offset);
    String spread =
        module.value("torch.mean(torch.sqrt(torch.add(%s, 1e-08)), [1, 2, 3], True)", variance);
    String map =
        module.value(
            "torch.expand(%s, [torch.size(%s, 0), 1, %d, %d])",
            spread, h.name(), h.height(), h.width());
    String value = module.value("torch.cat([%s, %s], 1)", h.name(), map);
    return new Feature(value, h.channels() + 1, h.height(), h.width());
  }

  private static Feature leaky(ModuleWriter module, Feature h) {
    return h.with(module.value("torch.leaky_relu(%s, %s)", h.name(), SLOPE));
  }
}
