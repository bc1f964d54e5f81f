package io.stepwise.training;

/** A training that cannot begin or go on; the message says why. */
public final class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  public TrainingException(String message) {
    super(message);
  }

  /** Says what is wrong and what led to it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
