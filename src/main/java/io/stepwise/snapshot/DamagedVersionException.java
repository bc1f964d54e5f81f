package io.stepwise.snapshot;

import java.nio.file.Path;

/** A version's file that is not what was written; the message names it and what is wrong. */
final class DamagedVersionException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String problem;

  DamagedVersionException(Path file, String problem) {
    super(file + ": " + problem);
    this.problem = file + ": " + problem;
  }

  /** Returns the message. */
  String problem() {
    return problem;
  }
}
