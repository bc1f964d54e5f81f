package io.stepwise.cli;

import io.stepwise.http.HttpServer;
import io.stepwise.settings.HttpSettings;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The beginning of a server. */
final class Listening {

  private Listening() {}

  /**
   * Returns the server when it listens.
   *
   * @param otherwise ends what was started before it
   * @throws IllegalStateException if the address cannot be had
   */
  static HttpServer await(
      CompletionStage<HttpServer> starting, HttpSettings settings, Runnable otherwise) {
    try {
      return starting.toCompletableFuture().join();
    } catch (CompletionException e) {
      otherwise.run();
      throw new IllegalStateException(
          "cannot listen on %s:%d: %s".formatted(settings.host(), settings.port(), rootMessage(e)),
          e);
    }
  }

  /** Returns where clients reach a server. */
  static String url(HttpServer server, HttpSettings settings) {
    return "%s://%s:%d"
        .formatted(
            settings.tls().isOn() ? "https" : "http",
            server.address().getHostString(),
            server.address().getPort());
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
