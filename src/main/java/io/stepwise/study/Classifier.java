package io.stepwise.study;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.data.ImageDataset;
import io.stepwise.network.ClassifierNetwork;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchModule;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The fixed classifier in native memory, which it owns until it is closed: the yardstick by whose
 * features samples and real images are compared. Confined to the thread that opened it.
 */
public final class Classifier implements AutoCloseable {

  private static final int BATCH = 250;

  /**
   * What the classifier says of images.
   *
   * @param features one row an image, {@link ClassifierNetwork#FEATURES} wide
   * @param labels the most likely label of each image
   */
  public record Reading(double[][] features, int[] labels) {}

  private final ImageShape shape;
  private final TorchModule module;

  /**
   * Loads a classifier.
   *
   * @param shape shape of the images
   * @param classes number of labels
   * @param weights a value for each parameter, by dotted name; copied
   * @param threads native threads for the calling thread
   * @throws io.stepwise.network.NetworkException if the weights do not fit
   */
  public Classifier(ImageShape shape, int classes, Map<String, TensorData> weights, int threads) {
    TorchRuntime.prepareThread(threads);
    this.shape = shape;
    this.module = TorchModule.load(ClassifierNetwork.define(shape, classes), weights, Device.cpu());
  }

  /**
   * Reads images.
   *
   * @param images each [C, H, W] row-major in [-1, 1]
   */
  public Reading read(List<float[]> images) {
    double[][] features = new double[images.size()][];
    int[] labels = new int[images.size()];
    for (int from = 0; from < images.size(); from += BATCH) {
      List<float[]> part = images.subList(from, Math.min(images.size(), from + BATCH));
      float[] output = run(part);
      int width = output.length / part.size();
      for (int i = 0; i < part.size(); i++) {
        features[from + i] = new double[ClassifierNetwork.FEATURES];
        for (int j = 0; j < ClassifierNetwork.FEATURES; j++) {
          features[from + i][j] = output[i * width + j];
        }
        labels[from + i] =
            largest(
                Arrays.copyOfRange(
                    output, i * width + ClassifierNetwork.FEATURES, (i + 1) * width));
      }
    }
    return new Reading(features, labels);
  }

  /** Returns the share of images whose most likely label is their own, 0 to 1. */
  public static double agreement(int[] labels, int[] expected) {
    int equal = 0;
    for (int i = 0; i < labels.length; i++) {
      equal += labels[i] == expected[i] ? 1 : 0;
    }
    return (double) equal / labels.length;
  }

  @Override
  public void close() {
    module.close();
  }

  /** Returns the shape of a data set's images. */
  static ImageShape shape(ImageDataset dataset) {
    return new ImageShape(dataset.channels(), dataset.height(), dataset.width());
  }

  /** Throws unless a data set has two labels or more. */
  static void requireLabels(ImageDataset dataset) {
    if (dataset.labelNames().size() < 2) {
      throw new IllegalArgumentException(
          "labels: " + dataset.labelNames().size() + " (expected: 2 or more, to classify by)");
    }
  }

  private float[] run(List<float[]> images) {
    float[] pixels = new float[images.size() * shape.size()];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, pixels, i * shape.size(), shape.size());
    }
    try (NDManager manager = module.manager().newSubManager()) {
      Shape batch = new Shape(images.size(), shape.channels(), shape.height(), shape.width());
      return module.run(manager.create(pixels, batch)).toFloatArray();
    }
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
