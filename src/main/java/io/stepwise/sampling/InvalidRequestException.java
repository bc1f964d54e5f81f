package io.stepwise.sampling;

/** A request that can never be served as it stands: names the field, its value and the expected. */
public final class InvalidRequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String param;

  /**
   * Makes a message of the form {@code steps: 0 (expected: 1 to 1000)}.
   *
   * @param param the request's field as callers know it
   */
  public InvalidRequestException(String param, Object value, String expectation) {
    this(param, param + ": " + value + " (expected: " + expectation + ")");
  }

  /** Takes a message of that form as it stands. */
  InvalidRequestException(String param, String message) {
    super(message);
    this.param = param;
  }

  /** Returns the name of the field. */
  public String param() {
    return param;
  }
}
