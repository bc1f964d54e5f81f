package io.stepwise.network;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Careful reading of the files of a model folder, which may be anything. */
final class ModelFile {

  /** The longest array that every Java machine can make. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private ModelFile() {}

  /**
   * Opens a file. Links are followed; a folder, a pipe or a device is refused, as reading one may
   * never end.
   *
   * @throws ModelFolderException if it is missing or is not a regular file
   */
  static SeekableByteChannel open(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new ModelFolderException(file, "a folder (expected: a file)");
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new ModelFolderException(file, "not a regular file");
    }
    return Files.newByteChannel(file);
  }

  /** Reads the next bytes, little-endian, all of them. */
  static ByteBuffer readFully(SeekableByteChannel channel, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the file ends " + buffer.remaining() + " bytes too early");
      }
    }
    return buffer.flip();
  }

  /**
   * Reads a whole file, of less than 2 GiB.
   *
   * @throws ModelFolderException if it cannot be read or is larger
   */
  static byte[] readFully(Path file) {
    try (SeekableByteChannel channel = open(file)) {
      if (channel.size() > MAX_ARRAY) {
        throw new ModelFolderException(
            file, channel.size() + " bytes (expected: at most " + MAX_ARRAY + ")");
      }
      return readFully(channel, (int) channel.size()).array();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Adds the bytes of a file to a digest. */
  static void digest(Path file, MessageDigest digest) {
    try (InputStream bytes = Channels.newInputStream(open(file));
        InputStream in = new DigestInputStream(bytes, digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every Java platform", e);
    }
  }

  /** Returns the exception that names a file and why it cannot be read. */
  static ModelFolderException unreadable(Path file, IOException e) {
    return new ModelFolderException(file, "cannot be read: " + ModelFolderException.reason(e), e);
  }
}
