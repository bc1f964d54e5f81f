package io.stepwise.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a store, of one process and one store object at a time. The operating system
 * takes it back from a process that dies.
 *
 * @param file the file that is locked; made if need be
 */
record WriterLock(Path file) {

  /**
   * Makes a change while holding the right.
   *
   * @throws SnapshotException if somebody else has it
   */
  <T> T holding(Change<T> change) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (tryLock(channel) == null) {
        throw new SnapshotException(file, "held by another writer (expected: one at a time)");
      }
      return change.run();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** A change of the store. */
  @FunctionalInterface
  interface Change<T> {

    T run() throws IOException;
  }
}
