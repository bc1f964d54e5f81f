package io.stepwise.load;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.CompletionException;

/** What a failed connection is called. */
final class ConnectionErrors {

  private ConnectionErrors() {}

  /** Returns the end of a request whose connection failed. */
  static Ending of(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    if (cause instanceof WebSocketHandshakeException refused) {
      return Ending.failed("HTTP " + refused.getResponse().statusCode() + " for a websocket", "");
    }
    if (hasCause(cause, UnresolvedAddressException.class)) {
      return Ending.failed("unknown host", "");
    }
    if (cause instanceof ConnectException) {
      return Ending.failed("connection refused", "");
    }
    if (cause instanceof IOException) {
      return Ending.failed("connection lost", message);
    }
    return Ending.failed(cause.getClass().getSimpleName(), message);
  }

  private static boolean hasCause(Throwable failure, Class<?> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }
}
