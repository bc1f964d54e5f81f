package io.stepwise.network;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The named tensors that a network is run on, checked against the network.
 *
 * <p>All methods throw {@link IllegalArgumentException} with name, value and expectation.
 *
 * @param tensors by name
 */
record RunInputs(Map<String, TensorData> tensors) {

  private static final String SAMPLE = "sample";
  private static final String TIMESTEP = "timestep";
  private static final String CLASS_LABELS = "class_labels";

  /** Returns the images or states [B, C, H, W]. */
  TensorData sample() {
    TensorData sample = tensor(SAMPLE);
    if (sample.shape().length != 4 || sample.values().length == 0) {
      throw unexpected(SAMPLE, sample, "[B, C, H, W], all >= 1");
    }
    return sample;
  }

  int batch() {
    return Math.toIntExact(sample().shape()[0]);
  }

  /** Returns height and width of the images. */
  List<Long> size() {
    long[] shape = sample().shape();
    return List.of(shape[2], shape[3]);
  }

  /** Throws unless the images have this many channels. */
  void requireChannels(int channels) {
    if (sample().shape()[1] != channels) {
      throw unexpected(SAMPLE, sample(), "[B, " + channels + ", H, W], by in_channels");
    }
  }

  /** Throws unless the images can be halved between this many levels. */
  void requireLevels(int levels) {
    long multiple = 1L << (levels - 1);
    if (size().stream().anyMatch(side -> side % multiple != 0)) {
      throw unexpected(SAMPLE, sample(), "[B, C, H, W] with multiples of " + multiple);
    }
  }

  /** Returns a timestep for each image. */
  float[] timesteps() {
    return repeated(TIMESTEP);
  }

  /** Returns a class index for each image, below the count; zeros for a count of 0. */
  long[] classes(int count) {
    long[] classes = new long[batch()];
    if (count == 0) {
      if (tensors.containsKey(CLASS_LABELS)) {
        throw unexpected(CLASS_LABELS, tensor(CLASS_LABELS), "none, as the network has no classes");
      }
      return classes;
    }
    float[] values = repeated(CLASS_LABELS);
    for (int i = 0; i < classes.length; i++) {
      if (!(values[i] >= 0 && values[i] < count && values[i] == Math.rint(values[i]))) {
        throw new IllegalArgumentException(
            "class_labels: " + values[i] + " (expected: a class from 0 to " + (count - 1) + ")");
      }
      classes[i] = (long) values[i];
    }
    return classes;
  }

  /** Returns a number for each image, which a network embeds like a timestep. */
  float[] classNumbers() {
    return repeated(CLASS_LABELS);
  }

  /** Returns an embedding for each image [B, width]. */
  TensorData classEmbeddings(int width) {
    TensorData embeddings = tensor(CLASS_LABELS);
    if (!Arrays.equals(embeddings.shape(), new long[] {batch(), width})) {
      throw unexpected(CLASS_LABELS, embeddings, "[" + batch() + ", " + width + "]");
    }
    return embeddings;
  }

  /** Returns one number for each image, of as many or of one for all. */
  private float[] repeated(String name) {
    TensorData tensor = tensor(name);
    int batch = batch();
    float[] values = tensor.values();
    if (tensor.shape().length > 1 || (values.length != 1 && values.length != batch)) {
      throw unexpected(name, tensor, "[" + batch + "] or a scalar");
    }
    if (values.length == batch) {
      return values;
    }
    float[] repeated = new float[batch];
    Arrays.fill(repeated, values[0]);
    return repeated;
  }

  private TensorData tensor(String name) {
    TensorData tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(name + ": missing (expected: a tensor of this name)");
    }
    return tensor;
  }

  private static IllegalArgumentException unexpected(
      String name, TensorData tensor, String expectation) {
    return new IllegalArgumentException(
        "%s: shape %s (expected: %s)"
            .formatted(name, Arrays.toString(tensor.shape()), expectation));
  }
}
