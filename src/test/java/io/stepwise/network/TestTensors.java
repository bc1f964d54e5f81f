package io.stepwise.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Random tensors and their slices, for comparisons of networks. */
final class TestTensors {

  private TestTensors() {}

  /** Returns random weights of a size that keeps activations near 1. */
  static Map<String, TensorData> weights(ModuleDefinition module, long seed) {
    Random random = new Random(seed);
    Map<String, TensorData> weights = new LinkedHashMap<>();
    module
        .parameters()
        .forEach(
            (name, shape) -> {
              double inputs =
                  shape.length == 1 ? 4 : (double) TensorData.elements(shape) / shape[0];
              TensorData tensor = normal(random, 1.5 / Math.sqrt(inputs), shape);
              weights.put(name, tensor);
            });
    return weights;
  }

  /** Returns normal numbers. */
  static TensorData normal(Random random, double deviation, long... shape) {
    float[] values = new float[Math.toIntExact(TensorData.elements(shape))];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return new TensorData(shape, values);
  }

  /** Returns one image [C][H][W] of a tensor [B, C, H, W]. */
  static double[][][] image(TensorData batch, int index) {
    int channels = (int) batch.shape()[1];
    int height = (int) batch.shape()[2];
    int width = (int) batch.shape()[3];
    double[][][] image = new double[channels][height][width];
    int next = index * channels * height * width;
    for (double[][] channel : image) {
      for (double[] row : channel) {
        for (int i = 0; i < width; i++) {
          row[i] = batch.values()[next++];
        }
      }
    }
    return image;
  }
}
