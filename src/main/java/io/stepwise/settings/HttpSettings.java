package io.stepwise.settings;

import java.time.Duration;
import java.util.List;

/**
 * The HTTP server.
 *
 * @param host name or address to listen on
 * @param port port to listen on; 0 for a free one
 * @param maxBodyBytes largest body of a request
 * @param requestTimeout longest time from a request to its answer
 * @param bodyTimeout time in which the body of a request must have arrived
 * @param shutdownGrace time that accepted requests have to finish after the order to stop
 * @param allowedOrigins origins of web pages, besides the server's own, that may open websockets
 * @param stream websockets and streamed answers
 */
public record HttpSettings(
    String host,
    int port,
    long maxBodyBytes,
    Duration requestTimeout,
    Duration bodyTimeout,
    Duration shutdownGrace,
    List<String> allowedOrigins,
    StreamSettings stream) {

  /** Copies the origins. */
  public HttpSettings {
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  static HttpSettings read(SettingsReader reader) {
    return new HttpSettings(
        reader.matching("host", "\\S+", "a host name or address"),
        reader.integer("port", 0, 65535),
        reader.bytes("max-body", 1 << 10, 64 << 20, "1 KiB to 64 MiB"),
        reader.duration("request-timeout", Duration.ofSeconds(1), Duration.ofHours(24)),
        reader.duration("body-timeout", Duration.ofMillis(100), Duration.ofMinutes(10)),
        reader.duration("shutdown-grace", Duration.ZERO, Duration.ofHours(1)),
        reader.textsOrNone("allowed-origins"),
        StreamSettings.read(reader.section("stream")));
  }
}
