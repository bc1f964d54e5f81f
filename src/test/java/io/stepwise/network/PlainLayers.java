package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;

/**
 * Layers as plain loops over doubles, one image [C][H][W] at a time, from their definitions: what
 * the emitted networks are compared with. It notes which weights were asked for, and by which
 * shape.
 */
final class PlainLayers {

  private final Map<String, TensorData> weights;
  private final Set<String> used = new HashSet<>();

  PlainLayers(Map<String, TensorData> weights) {
    this.weights = weights;
  }

  /** Fails unless every weight was used. */
  void requireAllUsed() {
    assertThat(used).containsExactlyInAnyOrderElementsOf(weights.keySet());
  }

  float[] weight(String name, long... shape) {
    assertThat(weights).containsKey(name);
    assertThat(weights.get(name).shape()).as(name).isEqualTo(shape);
    used.add(name);
    return weights.get(name).values();
  }

  double[] linear(String name, double[] x, int out) {
    float[] weight = weight(name + ".weight", out, x.length);
    float[] bias = weight(name + ".bias", out);
    double[] y = new double[out];
    for (int o = 0; o < out; o++) {
      y[o] = bias[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  /** A convolution with zeros before the first and behind the last row and column. */
  double[][][] convolution(
      String name, double[][][] x, int out, int kernel, int stride, int before, int behind) {
    int in = x.length;
    float[] weight = weight(name + ".weight", out, in, kernel, kernel);
    float[] bias = weight(name + ".bias", out);
    int height = (x[0].length + before + behind - kernel) / stride + 1;
    int width = (x[0][0].length + before + behind - kernel) / stride + 1;
    double[][][] y = new double[out][height][width];
    for (int o = 0; o < out; o++) {
      for (int r = 0; r < height; r++) {
        for (int c = 0; c < width; c++) {
          double sum = bias[o];
          for (int i = 0; i < in; i++) {
            for (int k = 0; k < kernel * kernel; k++) {
              int row = r * stride + k / kernel - before;
              int column = c * stride + k % kernel - before;
              if (row >= 0 && row < x[0].length && column >= 0 && column < x[0][0].length) {
                sum += weight[(o * in + i) * kernel * kernel + k] * x[i][row][column];
              }
            }
          }
          y[o][r][c] = sum;
        }
      }
    }
    return y;
  }

  double[][][] convolution(String name, double[][][] x, int out, int kernel) {
    return convolution(name, x, out, kernel, 1, kernel / 2, kernel / 2);
  }

  double[][][] groupNorm(String name, double[][][] x, int groups, double epsilon) {
    float[] weight = weight(name + ".weight", x.length);
    float[] bias = weight(name + ".bias", x.length);
    int size = x.length / groups;
    double[][][] y = new double[x.length][][];
    for (int group = 0; group < groups; group++) {
      double[] values =
          Arrays.stream(x, group * size, (group + 1) * size)
              .flatMap(Arrays::stream)
              .flatMapToDouble(Arrays::stream)
              .toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
      for (int c = group * size; c < (group + 1) * size; c++) {
        double scale = weight[c] / Math.sqrt(variance + epsilon);
        double shift = bias[c];
        y[c] = map(x[c], v -> (v - mean) * scale + shift);
      }
    }
    return y;
  }

  /** Attention between pixels: softmax(q k / sqrt(d)) v for each head, without the residual. */
  double[][][] attention(String name, double[][][] x, int heads, int headSize) {
    int channels = x.length;
    int width = x[0][0].length;
    int pixels = x[0].length * width;
    double[][] q = new double[pixels][];
    double[][] k = new double[pixels][];
    double[][] v = new double[pixels][];
    for (int p = 0; p < pixels; p++) {
      double[] pixel = new double[channels];
      for (int c = 0; c < channels; c++) {
        pixel[c] = x[c][p / width][p % width];
      }
      q[p] = linear(name + ".to_q", pixel, heads * headSize);
      k[p] = linear(name + ".to_k", pixel, heads * headSize);
      v[p] = linear(name + ".to_v", pixel, heads * headSize);
    }
    double[][][] y = new double[channels][x[0].length][width];
    for (int p = 0; p < pixels; p++) {
      double[] mixed = new double[heads * headSize];
      for (int head = 0; head < heads; head++) {
        mix(mixed, q[p], k, v, head * headSize, headSize);
      }
      double[] result = linear(name + ".to_out.0", mixed, channels);
      for (int c = 0; c < channels; c++) {
        y[c][p / width][p % width] = result[c];
      }
    }
    return y;
  }

  private static void mix(
      double[] mixed, double[] q, double[][] k, double[][] v, int offset, int size) {
    double[] share = new double[k.length];
    double total = 0;
    for (int p = 0; p < k.length; p++) {
      double product = 0;
      for (int d = offset; d < offset + size; d++) {
        product += q[d] * k[p][d];
      }
      share[p] = Math.exp(product / Math.sqrt(size));
      total += share[p];
    }
    for (int p = 0; p < k.length; p++) {
      for (int d = offset; d < offset + size; d++) {
        mixed[d] += share[p] / total * v[p][d];
      }
    }
  }

  static double[][][] doubled(double[][][] x) {
    double[][][] y = new double[x.length][2 * x[0].length][2 * x[0][0].length];
    for (int c = 0; c < y.length; c++) {
      for (int r = 0; r < y[c].length; r++) {
        for (int w = 0; w < y[c][r].length; w++) {
          y[c][r][w] = x[c][r / 2][w / 2];
        }
      }
    }
    return y;
  }

  static double[][][] halved(double[][][] x) {
    double[][][] y = new double[x.length][x[0].length / 2][x[0][0].length / 2];
    for (int c = 0; c < y.length; c++) {
      for (int r = 0; r < y[c].length; r++) {
        for (int w = 0; w < y[c][r].length; w++) {
          double[] upper = x[c][2 * r];
          double[] lower = x[c][2 * r + 1];
          y[c][r][w] = (upper[2 * w] + upper[2 * w + 1] + lower[2 * w] + lower[2 * w + 1]) / 4;
        }
      }
    }
    return y;
  }

  static double[][][] joined(double[][][] a, double[][][] b) {
    double[][][] y = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, y, a.length, b.length);
    return y;
  }

  /** The sum of two images, divided. */
  static double[][][] sum(double[][][] a, double[][][] b, double divisor) {
    double[][][] y = new double[a.length][a[0].length][a[0][0].length];
    for (int c = 0; c < y.length; c++) {
      for (int r = 0; r < y[c].length; r++) {
        for (int w = 0; w < y[c][r].length; w++) {
          y[c][r][w] = (a[c][r][w] + b[c][r][w]) / divisor;
        }
      }
    }
    return y;
  }

  static double[][][] map(double[][][] x, DoubleUnaryOperator operator) {
    return Arrays.stream(x).map(channel -> map(channel, operator)).toArray(double[][][]::new);
  }

  static double[][] map(double[][] x, DoubleUnaryOperator operator) {
    return Arrays.stream(x).map(row -> map(row, operator)).toArray(double[][]::new);
  }

  static double[] map(double[] x, DoubleUnaryOperator operator) {
    return Arrays.stream(x).map(operator).toArray();
  }

  static double silu(double x) {
    return x / (1 + Math.exp(-x));
  }
}
