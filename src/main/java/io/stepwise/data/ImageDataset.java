package io.stepwise.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * Images of one shape in memory, each with at most one label; immutable and safe to share between
 * threads.
 *
 * <p>Pixels are kept as unsigned bytes and handed out as floats in [-1, 1].
 */
public final class ImageDataset {

  /** What {@link #label} returns for an image of a data set without labels. */
  public static final int UNLABELLED = -1;

  private static final float[] PIXEL_VALUES = pixelValues();

  private final int channels;
  private final int height;
  private final int width;
  private final List<String> labelNames;
  private final int[] labels;
  private final byte[][] images;

  /** Takes ownership of the arrays. */
  ImageDataset(
      int channels,
      int height,
      int width,
      List<String> labelNames,
      int[] labels,
      List<byte[]> images) {
    require(channels == 1 || channels == 3, "channels", channels, "1 or 3");
    require(height >= 1, "height", height, ">= 1");
    require(width >= 1, "width", width, ">= 1");
    require(!images.isEmpty(), "images", 0, ">= 1");
    require(labels.length == images.size(), "labels", labels.length, "one for each image");
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.labelNames = List.copyOf(labelNames);
    this.labels = labels;
    this.images = images.toArray(new byte[0][]);
    for (int label : labels) {
      require(
          labelNames.isEmpty() ? label == UNLABELLED : label >= 0 && label < labelNames.size(),
          "label",
          label,
          labelNames.isEmpty() ? "none" : "0 to " + (labelNames.size() - 1));
    }
    for (byte[] image : this.images) {
      require(image.length == size(), "pixels of an image", image.length, "" + size());
    }
  }

  /**
   * Returns a data set of these images; the arrays are copied.
   *
   * @param channels C, 1 or 3
   * @param height H in pixels
   * @param width W in pixels
   * @param labelNames names of the labels in order; empty for a data set without labels
   * @param labels label of each image, an index of labelNames; all {@link #UNLABELLED} without
   *     labels
   * @param images at least one image, each [C, H, W] unsigned bytes
   */
  public static ImageDataset of(
      int channels,
      int height,
      int width,
      List<String> labelNames,
      int[] labels,
      List<byte[]> images) {
    List<byte[]> copies = images.stream().map(byte[]::clone).toList();
    return new ImageDataset(channels, height, width, labelNames, labels.clone(), copies);
  }

  /** Number of images, 1 or more. */
  public int count() {
    return images.length;
  }

  /** C: 1 for grey, 3 for red, green, blue. */
  public int channels() {
    return channels;
  }

  /** H in pixels. */
  public int height() {
    return height;
  }

  /** W in pixels. */
  public int width() {
    return width;
  }

  /** Number of floats in one image, C * H * W. */
  public int size() {
    return channels * height * width;
  }

  /** Names of the labels in order; empty for a data set without labels. */
  public List<String> labelNames() {
    return labelNames;
  }

  /** Label of an image as an index of {@link #labelNames}, or {@link #UNLABELLED}. */
  public int label(int index) {
    return labels[Objects.checkIndex(index, count())];
  }

  /**
   * Writes the pixels of one image.
   *
   * @param index which image, 0 to count - 1
   * @param target receives [C, H, W] row-major from offset on, in [-1, 1]: byte u becomes u / 127.5
   *     - 1
   * @param offset where in target the image begins
   */
  public void read(int index, float[] target, int offset) {
    byte[] image = images[Objects.checkIndex(index, count())];
    Objects.checkFromIndexSize(offset, image.length, target.length);
    for (int i = 0; i < image.length; i++) {
      target[offset + i] = PIXEL_VALUES[image[i] & 0xff]; // -> [-1, 1]
    }
  }

  /** Returns the pixels of one image, [C, H, W] row-major in [-1, 1]. */
  public float[] image(int index) {
    float[] pixels = new float[size()];
    read(index, pixels, 0);
    return pixels;
  }

  /**
   * Returns the SHA-256 in lower-case hex of the shape, the label names, the labels and the pixels,
   * computed anew from all of them at each call.
   *
   * <p>Hashed, integers as four bytes big-endian: count, C, H, W; the number of label names, then
   * for each its length in bytes and its UTF-8 bytes; for each image its label and its pixels.
   */
  public String digest() {
    MessageDigest sha = sha256();
    update(sha, count(), channels, height, width, labelNames.size());
    for (String name : labelNames) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      update(sha, bytes.length);
      sha.update(bytes);
    }
    for (int i = 0; i < images.length; i++) {
      update(sha, labels[i]);
      sha.update(images[i]);
    }
    return HexFormat.of().formatHex(sha.digest());
  }

  private static void update(MessageDigest digest, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * values.length);
    bytes.asIntBuffer().put(values);
    digest.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  private static float[] pixelValues() {
    float[] values = new float[256];
    for (int u = 0; u < values.length; u++) {
      values[u] = (float) (u / 127.5 - 1);
    }
    return values;
  }

  private static void require(boolean holds, String name, int value, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expectation + ")");
    }
  }
}
