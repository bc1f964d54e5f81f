package io.stepwise.study;

/** Images as rows of pixels. */
final class Pixels {

  private Pixels() {}

  /** Returns the image as a PNG can hold it. */
  static float[] clipped(float[] image) {
    float[] clipped = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      clipped[i] = Math.max(-1, Math.min(1, image[i]));
    }
    return clipped;
  }

  /** Returns the mean square difference of two images. */
  static double meanSquareDifference(float[] first, float[] second) {
    double sum = 0;
    for (int i = 0; i < first.length; i++) {
      double difference = (double) first[i] - second[i];
      sum += difference * difference;
    }
    return sum / first.length;
  }
}
