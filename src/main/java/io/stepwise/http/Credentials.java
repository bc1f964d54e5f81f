package io.stepwise.http;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/**
 * Where a request carries its key: {@code Authorization: Bearer KEY}, or, for the websockets of
 * browsers, which cannot set that header, the subprotocols {@code stepwise, stepwise.bearer.KEY}.
 */
final class Credentials {

  private static final String AUTHORIZATION = "Authorization";
  private static final String PROTOCOLS = "Sec-WebSocket-Protocol";
  private static final String PROTOCOL = "stepwise";
  private static final String KEY_PROTOCOL = "stepwise.bearer.";
  private static final String SCHEME = "bearer ";

  private Credentials() {}

  /** Returns the key that a request carries; empty if it carries none. */
  static Optional<String> of(HttpRequest request) {
    return request
        .getHeader(AUTHORIZATION)
        .map(HttpHeader::value)
        .filter(value -> value.toLowerCase(Locale.ROOT).startsWith(SCHEME))
        .map(value -> value.substring(SCHEME.length()).strip())
        .or(
            () ->
                protocols(request)
                    .filter(protocol -> protocol.startsWith(KEY_PROTOCOL))
                    .map(protocol -> protocol.substring(KEY_PROTOCOL.length()))
                    .findFirst());
  }

  /** Returns the request without them, so that nothing after the check can tell them. */
  static HttpRequest removed(HttpRequest request) {
    return request.removeHeader(AUTHORIZATION).removeHeader(PROTOCOLS);
  }

  /**
   * Returns the answer to a request; a websocket that was offered the subprotocol takes it, as
   * browsers insist.
   */
  static HttpResponse accepted(HttpRequest request, HttpResponse response) {
    boolean isOffered = protocols(request).anyMatch(PROTOCOL::equals);
    return response.status().equals(StatusCodes.SWITCHING_PROTOCOLS) && isOffered
        ? response.addHeader(RawHeader.create(PROTOCOLS, PROTOCOL))
        : response;
  }

  private static Stream<String> protocols(HttpRequest request) {
    return StreamSupport.stream(request.getHeaders().spliterator(), false)
        .filter(header -> header.is(PROTOCOLS.toLowerCase(Locale.ROOT)))
        .flatMap(header -> Arrays.stream(header.value().split(",")))
        .map(String::strip);
  }
}
