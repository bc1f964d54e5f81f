package io.stepwise.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Writes small IDX files for tests, right ones and broken ones. */
final class IdxFiles {

  private IdxFiles() {}

  /** The bytes of a file of 2 x 3 images whose pixels count upwards from 0. */
  static byte[] images(int count) {
    byte[] pixels = new byte[count * 6];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    return idx(pixels, 0x0803, count, 2, 3);
  }

  /** The bytes of a file of labels. */
  static byte[] labels(int... labels) {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return idx(bytes, 0x0801, labels.length);
  }

  /** A header of these big-endian integers, followed by content. */
  static byte[] idx(byte[] content, int... header) {
    ByteBuffer buffer = ByteBuffer.allocate(header.length * 4 + content.length);
    for (int value : header) {
      buffer.putInt(value);
    }
    return buffer.put(content).array();
  }

  static byte[] compressed(byte[] bytes) throws IOException {
    ByteArrayOutputStream target = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(target)) {
      out.write(bytes);
    }
    return target.toByteArray();
  }

  static void write(Path folder, String name, byte[] bytes) throws IOException {
    Files.write(folder.resolve(name), bytes);
  }
}
