package io.stepwise.network;

/**
 * A small convolutional classifier, whose last hidden layer serves as features to compare images
 * by.
 *
 * <p>Its method is {@code forward(x)}: x [B, C, H, W] float32 in [-1, 1], giving [B, {@link
 * #FEATURES} + K] float32, the features and behind them the logits of K classes.
 */
public final class ClassifierNetwork {

  /** Width of the last hidden layer. */
  public static final int FEATURES = 64;

  private static final BlockOptions OPTIONS =
      new BlockOptions(8, 1e-5, Activation.RELU, 0.25, false, null);
  private static final int KERNEL = 3;
  private static final int HALVINGS = 2;
  private static final int FIRST_CHANNELS = 32;
  private static final int CHANNELS = 64;

  private final ModuleWriter module = new ModuleWriter();
  private final NetworkLayers layers = new NetworkLayers(module, OPTIONS);

  private ClassifierNetwork() {}

  /**
   * Returns the network's code and the shapes of its parameters.
   *
   * @param shape shape of one image, height and width multiples of 4
   * @param classes K, 2 or more
   * @throws IllegalArgumentException if the images cannot be halved twice
   */
  public static ModuleDefinition define(ImageShape shape, int classes) {
    int unit = 1 << HALVINGS;
    if (shape.height() % unit != 0 || shape.width() % unit != 0) {
      throw new IllegalArgumentException(
          "image size: %d x %d (expected: multiples of %d)"
              .formatted(shape.width(), shape.height(), unit));
    }
    return new ClassifierNetwork().write(shape, classes);
  }

  private ModuleDefinition write(ImageShape shape, int classes) {
    module.method("forward", "x");
    Feature h = new Feature("x", shape.channels(), shape.height(), shape.width());
    h = layers.halved(block("blocks.0", h, FIRST_CHANNELS));
    h = block("blocks.1", h, CHANNELS);
    h = layers.halved(layers.sum(h, block("blocks.2", h, CHANNELS), 1));
    h = layers.sum(h, block("blocks.3", h, CHANNELS), 1);
    h = layers.dropout(layers.convolution("squeeze", h, FIRST_CHANNELS, 1));
    String flat = module.value("torch.flatten(%s, 1)", h.name());
    int width = Math.toIntExact(h.channels() * h.pixels());
    String features = layers.activation(layers.linear("features", flat, width, FEATURES, 1));
    String logits = layers.linear("logits", features, FEATURES, classes, 1);
    return module.endMethod(module.value("torch.cat([%s, %s], 1)", features, logits)).definition();
  }

  private Feature block(String name, Feature x, int channels) {
    Feature convolved = layers.convolution(name + ".convolution", x, channels, KERNEL);
    return layers.activation(layers.groupNorm(name + ".norm", convolved));
  }
}
