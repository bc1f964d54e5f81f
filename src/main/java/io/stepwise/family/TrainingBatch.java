package io.stepwise.family;

import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.network.ImageShape;
import java.util.ArrayList;
import java.util.List;

/**
 * The images of one training step, or a part of them, and the step's random streams. An image's
 * draws depend on the seed, the step and its place alone, so they are the same whatever the parts.
 *
 * @param images clean images, [B, C, H, W] row-major, float32 in [-1, 1]; not changed
 * @param labels label of each image; -1 for none
 * @param shape shape of one image
 * @param seed the run's seed
 * @param step index of the step in the run, 0 or more
 * @param first place of the first image in the whole batch, 0 or more
 * @param wholeSize images of the whole batch, at least first + B
 */
public record TrainingBatch(
    float[] images, int[] labels, ImageShape shape, long seed, int step, int first, int wholeSize) {

  /** How many streams each image has, and how many the whole batch has. */
  public static final int STREAMS = 8;

  /** Returns B, the number of images. */
  public int size() {
    return labels.length;
  }

  /**
   * Returns one of an image's streams.
   *
   * @param image which image of this part, 0 to B - 1
   * @param stream which stream, 0 to {@link #STREAMS} - 1
   */
  public NormalStream stream(int image, int stream) {
    return new NormalStream(seed, (first + image) * STREAMS + stream, step);
  }

  /**
   * Returns one of the streams that all images of the whole batch have in common.
   *
   * @param stream which stream, 0 to {@link #STREAMS} - 1
   */
  public NormalStream commonStream(int stream) {
    return new NormalStream(seed, Integer.MAX_VALUE - stream, step);
  }

  /** Returns a standard normal draw for each pixel of each image, [B, C, H, W] row-major. */
  float[] noise(int stream) {
    return noise(stream, 1).get(0);
  }

  /** Returns several independent draws of noise from one stream. */
  List<float[]> noise(int stream, int draws) {
    int pixels = shape.size();
    List<float[]> noise = new ArrayList<>();
    for (int draw = 0; draw < draws; draw++) {
      noise.add(new float[size() * pixels]);
    }
    for (int i = 0; i < size(); i++) {
      float[] all = stream(i, stream).draw(draws * pixels);
      for (int draw = 0; draw < draws; draw++) {
        System.arraycopy(all, draw * pixels, noise.get(draw), i * pixels, pixels);
      }
    }
    return noise;
  }

  /**
   * Returns a number of each image between 0 and 1 (excluded). Each is uniform, and those of the
   * whole batch lie one in each of as many equal parts, at a common random offset, which lowers the
   * variance of a mean over them.
   */
  double[] stratified(int stream) {
    double offset = commonStream(stream).random().nextDouble();
    double[] fractions = new double[size()];
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = (offset + (double) (first + i) / wholeSize) % 1;
    }
    return fractions;
  }

  /** Returns [B, C, H, W]. */
  Shape tensorShape() {
    return new Shape(size(), shape.channels(), shape.height(), shape.width());
  }
}
