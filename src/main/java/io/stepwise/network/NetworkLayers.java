package io.stepwise.network;

import java.util.Locale;

/**
 * The layers of which networks are written, by diffusers' semantics and parameter names. Each
 * method writes its operators into the module, counts its multiplications and returns the result.
 */
final class NetworkLayers {

  private static final int KERNEL = 3;

  /** Channels in a block of the native library's convolution. */
  private static final int CHANNEL_BLOCK = 16;

  private final ModuleWriter module;
  private final BlockOptions options;

  NetworkLayers(ModuleWriter module, BlockOptions options) {
    this.module = module;
    this.options = options;
  }

  /** A linear layer over the last dimension of a tensor with this many rows for each image. */
  String linear(String name, String x, int in, int out, long rows) {
    String weight = module.parameter(name + ".weight", out, in);
    String bias = module.parameter(name + ".bias", out);
    module.countMultiplications(rows * in * out);
    return module.value("torch.linear(%s, %s, %s)", x, weight, bias);
  }

  /** A convolution with a square kernel and symmetric padding that keeps the size. */
  Feature convolution(String name, Feature x, int out, int kernel) {
    return convolution(name, x, out, kernel, 1, kernel / 2);
  }

  /**
   * Leaves a convolution to the native library's choice or, where that cannot be trusted, writes it
   * as a matrix product.
   *
   * <p>On some processors the library's blocked convolution reads what is behind the last channel
   * of a block that is not full: forwards where more than a block goes in, backwards by what comes
   * out (seen with libtorch 2.7.1 on an AMD EPYC of family 26).
   */
  private Feature convolution(
      String name, Feature x, int out, int kernel, int stride, int padding) {
    int in = x.channels();
    String weight = module.parameter(name + ".weight", out, in, kernel, kernel);
    String bias = module.parameter(name + ".bias", out);
    String product =
        "torch.thnn_conv2d(%s, %s, [%d, %d], %s, [%d, %d], [%d, %d])"
            .formatted(x.name(), weight, kernel, kernel, bias, stride, stride, padding, padding);
    String blocked =
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])"
            .formatted(x.name(), weight, bias, stride, stride, padding, padding);
    boolean forwards = in <= CHANNEL_BLOCK || in % CHANNEL_BLOCK == 0;
    boolean backwards = out % CHANNEL_BLOCK == 0;
    String value =
        forwards && backwards
            ? module.value(blocked)
            : module.valueByMode(product, forwards ? blocked : product);
    int height = (x.height() + 2 * padding - kernel) / stride + 1;
    int width = (x.width() + 2 * padding - kernel) / stride + 1;
    Feature result = new Feature(value, out, height, width);
    module.countMultiplications(result.pixels() * out * in * kernel * kernel);
    return result;
  }

  Feature silu(Feature x) {
    return x.with(silu(x.name()));
  }

  String silu(String x) {
    return module.value("torch.silu(%s)", x);
  }

  /** The non-linearity of the residual blocks. */
  Feature activation(Feature x) {
    return x.with(activation(x.name()));
  }

  String activation(String x) {
    return module.value("torch.%s(%s)", options.activation().fieldValue(), x);
  }

  /** Group normalisation with the network's groups. */
  Feature groupNorm(String name, Feature x) {
    return groupNorm(name, x, options.normGroups());
  }

  Feature groupNorm(String name, Feature x, int groups) {
    String weight = module.parameter(name + ".weight", x.channels());
    String bias = module.parameter(name + ".bias", x.channels());
    return x.with(
        module.value(
            "torch.group_norm(%s, %d, %s, %s, %s)",
            x.name(), groups, weight, bias, literal(options.normEpsilon())));
  }

  Feature dropout(Feature x) {
    return options.dropout() == 0
        ? x
        : x.with(
            module.value(
                "torch.dropout(%s, %s, self.training)", x.name(), literal(options.dropout())));
  }

  /** Halves the size with a convolution of stride 2. */
  Feature downsample(String name, Feature x, int padding) {
    Feature padded = x;
    if (padding == 0) {
      String value = module.value("torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", x.name());
      padded = new Feature(value, x.channels(), x.height() + 1, x.width() + 1);
    }
    return convolution(name + ".conv", padded, x.channels(), KERNEL, 2, padding);
  }

  /** Doubles the size by repeating pixels, then convolves. */
  Feature upsample(String name, Feature x) {
    return convolution(name + ".conv", doubled(x), x.channels(), KERNEL);
  }

  /** Doubles the size by repeating pixels. */
  Feature doubled(Feature x) {
    String value = module.value("torch.upsample_nearest2d(%s, None, [2., 2.])", x.name());
    return new Feature(value, x.channels(), 2 * x.height(), 2 * x.width());
  }

  /** Halves the size by averaging pixels. */
  Feature halved(Feature x) {
    String value = module.value("torch.avg_pool2d(%s, [2, 2], [2, 2])", x.name());
    return new Feature(value, x.channels(), x.height() / 2, x.width() / 2);
  }

  /** The sum of a residual branch, divided by a scale. */
  Feature sum(Feature x, Feature h, double scale) {
    String sum = module.value("torch.add(%s, %s)", x.name(), h.name());
    return h.with(scale == 1 ? sum : module.value("torch.div(%s, %s)", sum, literal(scale)));
  }

  /** A float literal as TorchScript reads it: with a point or an exponent. */
  static String literal(double value) {
    return String.format(Locale.ROOT, "%.17e", value);
  }
}
