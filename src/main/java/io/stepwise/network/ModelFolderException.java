package io.stepwise.network;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A model folder that cannot be used; the message names the file and what is wrong with it. */
public final class ModelFolderException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names the file and the problem. */
  public ModelFolderException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** Names the file and the problem, with what led to it. */
  public ModelFolderException(Path file, String problem, Throwable cause) {
    super(file + ": " + problem, cause);
  }

  /** Says in a few words why a file could not be read or written, without its name. */
  public static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
