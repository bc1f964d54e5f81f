package io.stepwise.load;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server and the way to it.
 *
 * @param url where it is, as {@code http://host:port}, with the path before {@code /v1} if it has
 *     one
 * @param apiKey lets the requests in; null sends none
 * @param openAi whether the server is asked for nothing but what OpenAI's image API has
 * @param streaming how images come
 * @param sockets websockets that all requests share; 0 gives each request in flight its own
 * @param timeout after which a request is given up, counted from when it should have been sent
 * @param maxInFlight requests in flight above which further ones are not sent but counted as failed
 */
public record Target(
    URI url,
    @Nullable ApiKey apiKey,
    boolean openAi,
    Streaming streaming,
    int sockets,
    Duration timeout,
    int maxInFlight) {

  /** Checks what belongs together and removes a final slash and a final {@code /v1}. */
  public Target {
    url = ServerUrl.checked(url);
    if (openAi && streaming == Streaming.WEBSOCKET) {
      throw new IllegalArgumentException(
          "--stream: websocket (expected: none or sse with --openai)");
    }
    if (sockets < 0) {
      throw new IllegalArgumentException("--sockets: " + sockets + " (expected: >= 0)");
    }
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("--timeout: " + timeout + " (expected: more than 0)");
    }
    if (maxInFlight < 1) {
      throw new IllegalArgumentException("--max-in-flight: " + maxInFlight + " (expected: >= 1)");
    }
  }

  /** Returns the address of a path such as {@code /v1/models}. */
  URI path(String path) {
    return URI.create(url + path);
  }

  /** Returns the address of a websocket at a path. */
  URI socket(String path) {
    return URI.create("ws" + url.toString().substring("http".length()) + path);
  }
}
