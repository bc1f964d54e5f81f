package io.stepwise.settings;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The HTTP server.
 *
 * @param host name or address to listen on; a loopback one if there are no keys and not anybody may
 *     call
 * @param port port to listen on; 0 for a free one
 * @param apiKeys keys of those who may call, also those of the file; if there are none, anybody may
 * @param apiKeysFile where further keys were read from
 * @param allowAnonymous whether anybody may call from other machines; not if there are keys
 * @param maxConnections connections that may be open at the same time
 * @param tls whether and how connections are encrypted
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
    List<ApiKey> apiKeys,
    Optional<Path> apiKeysFile,
    boolean allowAnonymous,
    int maxConnections,
    TlsSettings tls,
    long maxBodyBytes,
    Duration requestTimeout,
    Duration bodyTimeout,
    Duration shutdownGrace,
    List<String> allowedOrigins,
    StreamSettings stream) {

  /** Copies the lists. */
  public HttpSettings {
    apiKeys = List.copyOf(apiKeys);
    allowedOrigins = List.copyOf(allowedOrigins);
  }

  static HttpSettings read(SettingsReader reader) {
    String host = reader.matching("host", "\\S+", "a host name or address");
    Optional<Path> file = reader.optionalPath("api-keys-file");
    List<ApiKey> keys = ApiKeys.read(reader, "api-keys", file);
    boolean allowAnonymous = reader.flag("allow-anonymous");
    checkCallers(reader, host, keys, allowAnonymous);
    return new HttpSettings(
        host,
        reader.integer("port", 0, 65535),
        keys,
        file,
        allowAnonymous,
        reader.integer("max-connections", 1, 100_000),
        TlsSettings.read(reader.section("tls")),
        reader.bytes("max-body", 1 << 10, 64 << 20, "1 KiB to 64 MiB"),
        reader.duration("request-timeout", Duration.ofSeconds(1), Duration.ofHours(24)),
        reader.duration("body-timeout", Duration.ofMillis(100), Duration.ofMinutes(10)),
        reader.duration("shutdown-grace", Duration.ZERO, Duration.ofHours(1)),
        reader.textsOrNone("allowed-origins"),
        StreamSettings.read(reader.section("stream")));
  }

  /** Returns whether only this machine can connect. */
  public boolean isLoopback() {
    return isLoopback(host);
  }

  /** Returns what is allowed but probably not meant. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (!isLoopback() && !tls.isOn()) {
      warnings.add(
          "stepwise.http.tls: none (expected: a certificate, as others on the way can read the keys"
              + " and images of connections to "
              + host
              + ")");
    }
    if (tls.isOn() && tls.identity().expires().isBefore(Instant.now())) {
      warnings.add(
          "stepwise.http.tls.certificate: expired on "
              + tls.identity().expires()
              + " (expected: a valid certificate)");
    }
    return warnings;
  }

  private static void checkCallers(
      SettingsReader reader, String host, List<ApiKey> keys, boolean allowAnonymous) {
    if (!keys.isEmpty() && allowAnonymous) {
      reader.problem("allow-anonymous", "false, as there are keys");
    }
    if (keys.isEmpty() && !allowAnonymous && !reader.hasProblem("api-keys") && !isLoopback(host)) {
      reader.problem(
          "host",
          "a loopback address such as 127.0.0.1, or http.api-keys, or http.allow-anonymous = true");
    }
  }

  static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
