package io.stepwise.snapshot;

import io.stepwise.network.ModelFolderException;
import io.stepwise.network.NetworkException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * Something that the store could not do; the message names the path and the cause. What was there
 * before is unchanged, and the same can be tried again when the cause is gone.
 */
public final class SnapshotException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the path and the problem. */
  public SnapshotException(Path path, String problem) {
    super(path + ": " + problem);
  }

  private SnapshotException(Path path, String problem, Throwable cause) {
    super(path + ": " + problem, cause);
  }

  /** Says what could not be done and why. */
  static SnapshotException of(Path path, String failed, Exception cause) {
    Path named =
        cause instanceof FileSystemException failure && failure.getFile() != null
            ? Path.of(failure.getFile())
            : path;
    return new SnapshotException(named, failed + ": " + reason(cause), cause);
  }

  private static String reason(Exception cause) {
    if (cause instanceof IOException failure) {
      return ModelFolderException.reason(failure);
    }
    return NetworkException.reason(cause);
  }
}
