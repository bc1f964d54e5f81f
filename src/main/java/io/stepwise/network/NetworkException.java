package io.stepwise.network;

/** A native call that failed: the model cannot be loaded or a step cannot be taken. */
public final class NetworkException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Names what was tried; the cause may be an error of the native library. */
  public NetworkException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Names what was tried and why it cannot be. */
  public NetworkException(String message) {
    super(message);
  }

  /** Returns why something failed, in words: its message, or its kind where it has none. */
  public static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
