package io.stepwise.data;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * A file in MNIST's IDX format, plain or compressed: a big-endian magic number, the length of each
 * axis, and then unsigned bytes.
 *
 * <p>Memory grows with the bytes that are read, never with the numbers in the header.
 *
 * @param path the file; compressed if its name ends in {@code .gz}
 */
record IdxFile(Path path) {

  private static final int LABELS_MAGIC = 0x0801;
  private static final int IMAGES_MAGIC = 0x0803;
  private static final int MAX_PIXELS_PER_IMAGE = ImageForm.MAX_SIZE * ImageForm.MAX_SIZE;

  /** Images of one size, each [H, W] unsigned bytes. */
  record Images(int height, int width, List<byte[]> pixels) {}

  /** Reads a file of images. */
  Images readImages() {
    return read(IMAGES_MAGIC, this::images);
  }

  /** Reads a file of labels, each of 0 to limit - 1. */
  int[] readLabels(int limit) {
    byte[] bytes = read(LABELS_MAGIC, this::labels);
    int[] labels = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      labels[i] = bytes[i] & 0xff;
      if (labels[i] >= limit) {
        throw new DatasetException(
            "%s: label %d of image %d (expected: 0 to %d)"
                .formatted(path, labels[i], i, limit - 1));
      }
    }
    return labels;
  }

  private interface Content<T> {
    T read(DataInputStream in, int count) throws IOException;
  }

  private <T> T read(int magic, Content<T> content) {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(open()))) {
      int found = in.readInt();
      if (found != magic) {
        throw new DatasetException(
            "%s: magic number 0x%08x (expected: 0x%08x)".formatted(path, found, magic));
      }
      T result = content.read(in, positive("count", in.readInt()));
      if (in.read() >= 0) {
        throw new DatasetException(path + ": holds more bytes than its header says");
      }
      return result;
    } catch (EOFException e) {
      throw new DatasetException(path + ": ends early (truncated?)", e);
    } catch (IOException e) {
      throw new DatasetException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private InputStream open() throws IOException {
    InputStream file = Files.newInputStream(path);
    if (!path.toString().endsWith(".gz")) {
      return file;
    }
    try {
      return new GZIPInputStream(file, 1 << 16);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private Images images(DataInputStream in, int count) throws IOException {
    int height = positive("height", in.readInt());
    int width = positive("width", in.readInt());
    long size = (long) height * width;
    if (size > MAX_PIXELS_PER_IMAGE) {
      throw new DatasetException(
          "%s: %d x %d pixels an image (expected: at most %d in all)"
              .formatted(path, width, height, MAX_PIXELS_PER_IMAGE));
    }
    List<byte[]> pixels = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pixels.add(bytes(in, (int) size, i, count));
    }
    return new Images(height, width, pixels);
  }

  private byte[] labels(DataInputStream in, int count) throws IOException {
    byte[] labels = in.readNBytes(count);
    if (labels.length < count) {
      throw truncated(labels.length, count, "labels");
    }
    return labels;
  }

  private byte[] bytes(DataInputStream in, int size, int index, int count) throws IOException {
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw truncated(index, count, "images");
    }
    return bytes;
  }

  private DatasetException truncated(int held, int claimed, String what) {
    return new DatasetException(
        "%s: truncated: holds %d %s (expected: %d, as its header says)"
            .formatted(path, held, what, claimed));
  }

  private int positive(String name, int value) {
    if (value < 1) {
      throw new DatasetException(
          "%s: %s: %d (expected: 1 to %d)"
              .formatted(path, name, Integer.toUnsignedLong(value), Integer.MAX_VALUE));
    }
    return value;
  }
}
