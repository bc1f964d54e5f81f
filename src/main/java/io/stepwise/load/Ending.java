package io.stepwise.load;

/**
 * How a request ended.
 *
 * @param kind the kind of end
 * @param error with {@link Kind#FAILED}, what went wrong in few words that are the same each time,
 *     as {@code "HTTP 429 queue_full"}; otherwise empty
 * @param message what the server said about it, or empty
 */
record Ending(Kind kind, String error, String message) {

  static final Ending SUCCEEDED = new Ending(Kind.SUCCEEDED, "", "");
  static final Ending CANCELLED = new Ending(Kind.CANCELLED, "", "");
  static final Ending UNFINISHED = new Ending(Kind.UNFINISHED, "", "");
  static final Ending TIMED_OUT = new Ending(Kind.FAILED, "timeout", "");
  static final Ending NOT_SENT =
      new Ending(Kind.FAILED, "not sent: too many in flight", "see --max-in-flight");

  /** The kinds of end. */
  enum Kind {
    /** All images came. */
    SUCCEEDED,
    /** The client changed its mind, and no answer came before. */
    CANCELLED,
    /** No answer or none with all images came. */
    FAILED,
    /** The test was stopped before. */
    UNFINISHED
  }

  static Ending failed(String error, String message) {
    return new Ending(Kind.FAILED, error, message);
  }
}
