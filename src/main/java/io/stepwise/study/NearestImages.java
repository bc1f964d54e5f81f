package io.stepwise.study;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.data.ImageDataset;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How far images are from the nearest one of a data set, pixel by pixel: whether a model repeats
 * what it was trained on.
 */
final class NearestImages {

  /** How many images are compared at once, with how many of the data set's. */
  private static final int IMAGES_CHUNK = 1000;

  private static final int CHUNK = 2000;

  private NearestImages() {}

  /**
   * Returns the root mean square pixel difference of each image to the nearest one of a data set.
   *
   * @param images each [C, H, W] row-major
   * @param threads native threads for the calling thread
   */
  static double[] distances(List<float[]> images, ImageDataset dataset, int threads) {
    TorchRuntime.prepareThread(threads);
    return IntStream.iterate(0, from -> from < images.size(), from -> from + IMAGES_CHUNK)
        .mapToObj(from -> images.subList(from, Math.min(images.size(), from + IMAGES_CHUNK)))
        .flatMapToDouble(chunk -> Arrays.stream(distances(chunk, dataset)))
        .toArray();
  }

  private static double[] distances(List<float[]> images, ImageDataset dataset) {
    int size = dataset.size();
    double[] squares = new double[images.size()];
    Arrays.fill(squares, Double.POSITIVE_INFINITY);
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      NDArray own = manager.create(flat(images, size), new Shape(images.size(), size));
      double[] ownSquares = squares(images);
      for (int from = 0; from < dataset.count(); from += CHUNK) {
        int count = Math.min(CHUNK, dataset.count() - from);
        float[] others = new float[count * size];
        float[] otherSquares = new float[count];
        for (int i = 0; i < count; i++) {
          dataset.read(from + i, others, i * size);
          otherSquares[i] = (float) square(others, i * size, size);
        }
        try (NDManager part = manager.newSubManager()) {
          NDArray other = part.create(others, new Shape(count, size)).transpose();
          NDArray products = own.matMul(other);
          products.attach(part);
          NDArray doubled = products.add(products);
          NDArray nearest =
              part.create(otherSquares, new Shape(1, count)).sub(doubled).min(new int[] {1});
          float[] values = nearest.toFloatArray();
          for (int i = 0; i < squares.length; i++) {
            squares[i] = Math.min(squares[i], values[i] + ownSquares[i]);
          }
        }
      }
    }
    return Arrays.stream(squares).map(s -> Math.sqrt(Math.max(0, s) / size)).toArray();
  }

  private static float[] flat(List<float[]> images, int size) {
    float[] flat = new float[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i), 0, flat, i * size, size);
    }
    return flat;
  }

  private static double[] squares(List<float[]> images) {
    return images.stream().mapToDouble(image -> square(image, 0, image.length)).toArray();
  }

  private static double square(float[] values, int from, int count) {
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      sum += (double) values[i] * values[i];
    }
    return sum;
  }
}
