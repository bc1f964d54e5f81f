package io.stepwise.network;

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
}
