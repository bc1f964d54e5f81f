package io.stepwise.network;

import java.util.Locale;

/**
 * The layers of which networks are written, by diffusers' semantics and parameter names. Each
 * method writes its operators into the module and returns the name of the result.
 */
final class NetworkLayers {

  private final ModuleWriter module;
  private final int groups;
  private final double epsilon;
  private final double dropout;

  NetworkLayers(ModuleWriter module, int groups, double epsilon, double dropout) {
    this.module = module;
    this.groups = groups;
    this.epsilon = epsilon;
    this.dropout = dropout;
  }

  String linear(String name, String x, int in, int out) {
    String weight = module.parameter(name + ".weight", out, in);
    String bias = module.parameter(name + ".bias", out);
    return module.value("torch.linear(%s, %s, %s)", x, weight, bias);
  }

  /** A convolution with a square kernel and symmetric padding that keeps the size at stride 1. */
  String convolution(String name, String x, int in, int out, int kernel) {
    return convolution(name, x, in, out, kernel, 1, kernel / 2);
  }

  private String convolution(
      String name, String x, int in, int out, int kernel, int stride, int padding) {
    String weight = module.parameter(name + ".weight", out, in, kernel, kernel);
    String bias = module.parameter(name + ".bias", out);
    return module.value(
        "torch.conv2d(%s, %s, %s, [%d, %d], [%d, %d])",
        x, weight, bias, stride, stride, padding, padding);
  }

  String silu(String x) {
    return module.value("torch.silu(%s)", x);
  }

  String groupNorm(String name, String x, int channels) {
    String weight = module.parameter(name + ".weight", channels);
    String bias = module.parameter(name + ".bias", channels);
    return module.value(
        "torch.group_norm(%s, %d, %s, %s, %s)", x, groups, weight, bias, literal(epsilon));
  }

  /** ResnetBlock2D: two convolutions, the time embedding added between, and a shortcut. */
  String resnet(String name, String x, String time, int timeSize, int in, int out, double scale) {
    String h = silu(groupNorm(name + ".norm1", x, in));
    h = convolution(name + ".conv1", h, in, out, 3);
    String shift = linear(name + ".time_emb_proj", silu(time), timeSize, out);
    h = module.value("torch.add(%s, torch.unsqueeze(torch.unsqueeze(%s, -1), -1))", h, shift);
    h = silu(groupNorm(name + ".norm2", h, out));
    if (dropout > 0) {
      h = module.value("torch.dropout(%s, %s, self.training)", h, literal(dropout));
    }
    h = convolution(name + ".conv2", h, out, out, 3);
    String shortcut = in == out ? x : convolution(name + ".conv_shortcut", x, in, out, 1);
    return sum(shortcut, h, scale);
  }

  /** Self-attention over the pixels, with group normalisation before and a residual sum after. */
  String attention(String name, String x, int channels, int heads, double scale) {
    String pixels = module.value("torch.flatten(%s, 2)", x);
    String h = groupNorm(name + ".group_norm", pixels, channels);
    h = module.value("torch.transpose(%s, 1, 2)", h);
    String query = head(linear(name + ".to_q", h, channels, channels), heads);
    String key = head(linear(name + ".to_k", h, channels, channels), heads);
    String value = head(linear(name + ".to_v", h, channels, channels), heads);
    h = module.value("torch.scaled_dot_product_attention(%s, %s, %s)", query, key, value);
    h = module.value("torch.flatten(torch.transpose(%s, 1, 2), 2)", h);
    h = linear(name + ".to_out.0", h, channels, channels);
    h = module.value("torch.view_as(torch.transpose(%s, 1, 2), %s)", h, x);
    return sum(x, h, scale);
  }

  /** Halves the size with a convolution of stride 2. */
  String downsample(String name, String x, int channels, int padding) {
    String padded =
        padding == 0 ? module.value("torch.constant_pad_nd(%s, [0, 1, 0, 1], 0)", x) : x;
    return convolution(name + ".conv", padded, channels, channels, 3, 2, padding);
  }

  /** Doubles the size by repeating pixels, then convolves. */
  String upsample(String name, String x, int channels) {
    String larger = module.value("torch.upsample_nearest2d(%s, None, [2., 2.])", x);
    return convolution(name + ".conv", larger, channels, channels, 3);
  }

  private String head(String x, int heads) {
    return module.value("torch.transpose(torch.unflatten(%s, 2, [%d, -1]), 1, 2)", x, heads);
  }

  private String sum(String x, String h, double scale) {
    String sum = module.value("torch.add(%s, %s)", x, h);
    return scale == 1 ? sum : module.value("torch.div(%s, %s)", sum, literal(scale));
  }

  /** A float literal as TorchScript reads it: with a point or an exponent. */
  private static String literal(double value) {
    return String.format(Locale.ROOT, "%.17e", value);
  }
}
