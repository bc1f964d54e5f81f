package io.stepwise.snapshot;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
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
    FileChannel channel = take().orElseThrow(this::held);
    try {
      return change.run();
    } finally {
      channel.close();
    }
  }

  /** Takes the right until the channel is closed, which is the caller's; empty if it is taken. */
  Optional<FileChannel> take() throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) != null) {
        return Optional.of(channel);
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private SnapshotException held() {
    return new SnapshotException(file, "held by another writer (expected: one at a time)");
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
