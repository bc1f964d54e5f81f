package io.stepwise.network;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** Residual and attention blocks from their definitions, configured by a config's raw fields. */
final class PlainBlocks {

  private final PlainLayers layers;
  private final Map<String, ?> config;
  private final double epsilon;
  private final double[] time;

  /**
   * Blocks of one evaluation.
   *
   * @param time the time embedding; null for none
   */
  PlainBlocks(PlainLayers layers, Map<String, ?> config, double epsilon, double[] time) {
    this.layers = layers;
    this.config = config;
    this.epsilon = epsilon;
    this.time = time;
  }

  double[][][] resnet(String name, double[][][] x, int out, double divisor, int resampling) {
    int groups = (Integer) config.get("norm_num_groups");
    double[][][] shortcut = resampled(x, resampling);
    double[][][] h = PlainLayers.map(layers.groupNorm(name + ".norm1", x, groups, epsilon), act());
    h = layers.convolution(name + ".conv1", resampled(h, resampling), out, 3);
    boolean scales = "scale_shift".equals(config.get("resnet_time_scale_shift"));
    double[] embedding =
        time == null
            ? new double[2 * out]
            : layers.linear(
                name + ".time_emb_proj", PlainLayers.map(time, act()), scales ? 2 * out : out);
    if (!scales) {
      for (int c = 0; c < out; c++) {
        double shift = embedding[c];
        h[c] = PlainLayers.map(h[c], v -> v + shift);
      }
    }
    h = layers.groupNorm(name + ".norm2", h, groups, epsilon);
    if (scales) {
      for (int c = 0; c < out; c++) {
        double scale = 1 + embedding[c];
        double shift = embedding[out + c];
        h[c] = PlainLayers.map(h[c], v -> v * scale + shift);
      }
    }
    h = layers.convolution(name + ".conv2", PlainLayers.map(h, act()), out, 3);
    if (x.length != out) {
      shortcut = layers.convolution(name + ".conv_shortcut", shortcut, out, 1);
    }
    return PlainLayers.sum(shortcut, h, divisor);
  }

  /** Attention with its normalisation, of no groups for 0, and its residual sum. */
  double[][][] attention(String name, double[][][] x, int groups, double divisor) {
    Object size = config.get("attention_head_dim");
    int headSize = size == null ? x.length : (Integer) size;
    double[][][] h = groups == 0 ? x : layers.groupNorm(name + ".group_norm", x, groups, epsilon);
    h = layers.attention(name, h, x.length / headSize, headSize);
    return PlainLayers.sum(x, h, divisor);
  }

  private DoubleUnaryOperator act() {
    return switch (String.valueOf(config.get("act_fn"))) {
      case "relu" -> v -> Math.max(v, 0);
      case "mish" -> v -> v * Math.tanh(Math.log1p(Math.exp(v)));
      case "gelu" -> v -> v * (1 + erf(v / Math.sqrt(2))) / 2;
      default -> PlainLayers::silu;
    };
  }

  /** The error function by its Maclaurin series, fine for the small arguments of a test. */
  private static double erf(double x) {
    double sum = 0;
    double power = x;
    for (int n = 0; n < 200; n++) {
      sum += power / (2 * n + 1);
      power *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static double[][][] resampled(double[][][] x, int resampling) {
    if (resampling == 0) {
      return x;
    }
    return resampling < 0 ? PlainLayers.halved(x) : PlainLayers.doubled(x);
  }
}
