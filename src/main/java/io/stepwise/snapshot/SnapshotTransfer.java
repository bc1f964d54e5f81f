package io.stepwise.snapshot;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a store gives of its versions to others, and how it receives theirs: the models, without the
 * state of the training. Thread safe; all methods read or write files.
 */
public final class SnapshotTransfer {

  private final StoreLayout layout;
  private final String model;

  SnapshotTransfer(StoreLayout layout, String model) {
    this.layout = layout;
    this.model = model;
  }

  /**
   * Returns the files of a version's model, which are not checked.
   *
   * @throws SnapshotException if they cannot be listed
   */
  public List<SnapshotFile> files(String digest) {
    VersionFolder version = layout.version(digest);
    try {
      return version.modelFiles();
    } catch (IOException | DamagedVersionException e) {
      throw SnapshotException.of(version.folder(), "cannot be listed", e);
    }
  }

  /**
   * Reads a part of a file of a version's model, which is not checked.
   *
   * @param path from the model's folder
   * @return {@code length} bytes
   * @throws IllegalArgumentException if the path or the digest cannot be one
   * @throws SnapshotException if they cannot be read
   */
  public byte[] read(String digest, String path, long offset, int length) {
    SnapshotFile.requireInside(path);
    requireDigest(digest);
    Path file = layout.version(digest).model().resolve(path);
    ByteBuffer bytes = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file, READ, NOFOLLOW_LINKS)) {
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, offset + bytes.position()) < 0) {
          throw new EOFException("the file ends before " + (offset + length));
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw SnapshotException.of(file, "cannot be read", e);
    }
  }

  /**
   * Begins to receive a version, or goes on with it; {@link SnapshotStore#accept} makes it one.
   *
   * @return the caller's to close; empty if somebody else is receiving it
   * @throws SnapshotException if it cannot be written
   */
  public Optional<IncomingVersion> receive(Snapshot snapshot, List<SnapshotFile> files) {
    requireDigest(snapshot.digest());
    if (!snapshot.model().equals(model)) {
      throw new IllegalArgumentException(
          "model: " + snapshot.model() + " (expected: " + model + ")");
    }
    VersionFolder folder = layout.receiving(snapshot.digest());
    try {
      layout.create();
      return IncomingVersion.open(folder, snapshot, files);
    } catch (IOException e) {
      throw SnapshotException.of(folder.folder(), "cannot be written", e);
    }
  }

  /**
   * Removes what was received of versions that are not to be gone on with.
   *
   * @param except digests of those that are
   * @throws SnapshotException if it cannot be removed
   */
  public void forgetReceived(Set<String> except) {
    try {
      for (Path received : layout.received(except)) {
        DurableFiles.delete(received);
      }
    } catch (IOException e) {
      throw SnapshotException.of(layout.staging(), "cannot be cleared", e);
    }
  }

  private static void requireDigest(String digest) {
    if (!StoreLayout.isDigest(digest)) {
      throw new IllegalArgumentException("snapshot: " + digest + " (expected: a digest)");
    }
  }
}
