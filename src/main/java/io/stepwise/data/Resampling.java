package io.stepwise.data;

import java.util.Arrays;

/**
 * Brings rows of one length to another; each target value is a weighted mean of neighbours.
 *
 * @param source length of a row that comes in
 * @param first for each target value, the first source value that it sees
 * @param weights for each target value, the weights of the source values from there on; they sum to
 *     1
 */
record Resampling(int source, int[] first, float[][] weights) {

  /** A triangle two source pixels wide, or two target pixels wide where these are wider. */
  static Resampling triangle(int source, int target) {
    double scale = (double) source / target;
    double support = Math.max(1, scale);
    int[] first = new int[target];
    float[][] weights = new float[target][];
    for (int i = 0; i < target; i++) {
      double centre = (i + 0.5) * scale;
      first[i] = Math.max(0, (int) (centre - support + 0.5));
      int end = Math.min(source, (int) (centre + support + 0.5));
      double[] triangle = new double[end - first[i]];
      for (int j = 0; j < triangle.length; j++) {
        triangle[j] = Math.max(0, 1 - Math.abs(first[i] + j + 0.5 - centre) / support);
      }
      weights[i] = normalized(triangle);
    }
    return new Resampling(source, first, weights);
  }

  /** Returns these rows, one after another, each at the target length. */
  float[] rows(float[] values, int rows) {
    int target = first.length;
    float[] result = new float[rows * target];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < target; i++) {
        float sum = 0;
        for (int j = 0; j < weights[i].length; j++) {
          sum += weights[i][j] * values[row * source + first[i] + j];
        }
        result[row * target + i] = sum;
      }
    }
    return result;
  }

  private static float[] normalized(double[] values) {
    double sum = Arrays.stream(values).sum();
    float[] normalized = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      normalized[i] = (float) (values[i] / sum);
    }
    return normalized;
  }
}
