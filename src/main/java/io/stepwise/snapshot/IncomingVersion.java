package io.stepwise.snapshot;

import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelFiles;
import io.stepwise.network.ModelFolderException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A version that is being received from elsewhere, piece by piece. What has come is kept beside the
 * versions when it is closed, and gone on with when the same version is received again.
 *
 * <p>Not thread safe. Holds a lock until it is closed: nobody else receives the same version into
 * the same store.
 */
public final class IncomingVersion implements AutoCloseable {

  private static final String LOCK = "lock";

  private final VersionFolder folder;
  private final Snapshot snapshot;
  private final List<SnapshotFile> files;
  private final FileChannel lock;

  private IncomingVersion(
      VersionFolder folder, Snapshot snapshot, List<SnapshotFile> files, FileChannel lock) {
    this.folder = folder;
    this.snapshot = snapshot;
    this.files = List.copyOf(files);
    this.lock = lock;
  }

  /** Opens a folder, which is made if need be; empty if somebody else has it open. */
  static Optional<IncomingVersion> open(
      VersionFolder folder, Snapshot snapshot, List<SnapshotFile> files) throws IOException {
    Files.createDirectories(folder.model());
    return new WriterLock(folder.folder().resolve(LOCK))
        .take()
        .map(lock -> new IncomingVersion(folder, snapshot, files, lock));
  }

  /** Returns the files that are to come. */
  public List<SnapshotFile> files() {
    return files;
  }

  /**
   * Returns how many bytes of a file have come, from its beginning.
   *
   * @throws SnapshotException if it cannot be read
   */
  public long received(SnapshotFile file) {
    return doing("reading", file, path -> Files.exists(path) ? Files.size(path) : 0L);
  }

  /**
   * Adds bytes to what has come of a file.
   *
   * @throws SnapshotException if they cannot be written
   */
  public void append(SnapshotFile file, byte[] bytes) {
    doing(
        "writing",
        file,
        path -> {
          Files.createDirectories(path.getParent());
          try (FileChannel channel =
              FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
              channel.write(buffer);
            }
          }
          return path;
        });
  }

  /**
   * Returns whether a file has come as it was sent; one that has not is removed.
   *
   * @throws SnapshotException if it cannot be read
   */
  public boolean check(SnapshotFile file) {
    return doing(
        "checking",
        file,
        path -> {
          if (Files.size(path) == file.size() && ModelFiles.sha256(path).equals(file.sha256())) {
            return true;
          }
          Files.delete(path);
          return false;
        });
  }

  Snapshot snapshot() {
    return snapshot;
  }

  VersionFolder folder() {
    return folder;
  }

  /**
   * Checks that what has come is the model that it was received for; removes it if it is not.
   *
   * @throws ModelFolderException if it is no model
   * @throws SnapshotException if it is another one
   */
  void requireDigest() throws IOException {
    String found;
    try {
      found = FolderModel.open(snapshot.model(), folder.model(), "cpu").description().digest();
    } catch (ModelFolderException e) {
      discard();
      throw e;
    }
    if (!found.equals(snapshot.digest())) {
      discard();
      throw new SnapshotException(
          folder.folder(), "digest: " + found + " (expected: " + snapshot.digest() + "); removed");
    }
  }

  /** Leaves only what belongs to the version. */
  void unlock() throws IOException {
    Files.deleteIfExists(folder.folder().resolve(LOCK));
  }

  /** Removes everything that has come. */
  void discard() throws IOException {
    DurableFiles.delete(folder.folder());
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw SnapshotException.of(folder.folder(), "closing", e);
    }
  }

  private <T> T doing(String what, SnapshotFile file, Action<T> action) {
    Path path = folder.model().resolve(file.path());
    try {
      return action.on(path);
    } catch (IOException e) {
      throw SnapshotException.of(path, what, e);
    }
  }

  @FunctionalInterface
  private interface Action<T> {

    T on(Path path) throws IOException;
  }
}
