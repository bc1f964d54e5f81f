package io.stepwise.settings;

import java.nio.file.Path;

/** A PEM file that cannot be used. */
public final class PemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final String expectation;

  PemException(Path file, String expectation) {
    super(file + " (expected: " + expectation + ")");
    this.file = file;
    this.expectation = expectation;
  }

  /** Returns the file. */
  public Path file() {
    return file;
  }

  /** Returns what it should be. */
  public String expectation() {
    return expectation;
  }
}
