package io.stepwise.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * More than one machine.
 *
 * @param enabled whether this process is a node of a cluster
 * @param roles what the node does
 * @param host name or address at which the other nodes reach this one
 * @param port port at which they do
 * @param seeds nodes that a new one asks to be let in, each as host:port; none for this one alone
 * @param reportEvery steps after which the state of an image is told to its gateway
 * @param maxMessageBytes largest message between nodes
 * @param stableAfter time after which a node that cannot be reached is given up
 * @param snapshotChunkBytes most bytes of a version that one message holds
 * @param snapshotWindow messages with parts of a version that may be on their way at a time
 * @param tls whether nodes prove to each other who they are, and how this one does
 * @param authority PEM file of the certificate that vouches for those of all nodes; with {@code
 *     tls} only
 */
public record ClusterSettings(
    boolean enabled,
    List<NodeRole> roles,
    String host,
    int port,
    List<String> seeds,
    int reportEvery,
    long maxMessageBytes,
    Duration stableAfter,
    int snapshotChunkBytes,
    int snapshotWindow,
    TlsSettings tls,
    Optional<Path> authority) {

  private static final long LEAST_MESSAGE = 256 << 10;

  /** Parts of a version leave room for other messages between them. */
  private static final int PARTS = 4;

  private static final String NODE = "[^\\s:/]+:[0-9]{1,5}";

  /** Copies the lists. */
  public ClusterSettings {
    roles = List.copyOf(roles);
    seeds = List.copyOf(seeds);
  }

  /** Returns whether this process takes requests, which one that is in no cluster does. */
  public boolean isGateway() {
    return !enabled || roles.contains(NodeRole.GATEWAY);
  }

  /** Returns whether the node makes images for gateways. */
  public boolean isSampler() {
    return enabled && roles.contains(NodeRole.SAMPLER);
  }

  /** Returns whether the node may be the one that trains. */
  public boolean isTrainer() {
    return enabled && roles.contains(NodeRole.TRAINER);
  }

  static ClusterSettings read(SettingsReader reader) {
    TlsSettings tls = TlsSettings.read(reader.section("tls"));
    Optional<Path> authority = reader.optionalPath("authority");
    if (tls.isOn() != authority.isPresent()) {
      reader.problem("authority", tls.isOn() ? "a file, as there is tls" : "empty, without tls");
    }
    boolean isRead = tls.isOn() && !reader.hasProblem("tls");
    if (isRead && !tls.identity().privateKey().getAlgorithm().equals("RSA")) {
      reader.section("tls").problem("private-key", "an RSA key");
    }
    long maxMessage = reader.bytes("max-message", LEAST_MESSAGE, 64 << 20, "256 KiB to 64 MiB");
    long chunk = reader.bytes("snapshot-chunk", 16 << 10, 16 << 20, "16 KiB to 16 MiB");
    if (chunk > maxMessage / PARTS && !reader.hasProblem("max-message")) {
      reader.problem("snapshot-chunk", "at most a quarter of max-message");
    }
    return new ClusterSettings(
        reader.flag("enabled"),
        roles(reader),
        reader.matching("host", "[^\\s:/]+", "a host name or address"),
        reader.integer("port", 1, 65535),
        seeds(reader),
        reader.integer("report-every", 1, 1000),
        maxMessage,
        reader.duration("stable-after", Duration.ofSeconds(1), Duration.ofMinutes(5)),
        (int) chunk,
        reader.integer("snapshot-window", 1, 64),
        tls,
        authority);
  }

  /** Returns what is allowed but probably not meant. */
  List<String> warnings() {
    return !enabled || tls.isOn() || HttpSettings.isLoopback(host)
        ? List.of()
        : List.of(
            "stepwise.cluster.tls: none (expected: a certificate, as whoever reaches %s:%d is taken for a node)"
                .formatted(host, port));
  }

  private static List<NodeRole> roles(SettingsReader reader) {
    List<String> names = reader.texts("roles");
    List<NodeRole> roles = new ArrayList<>();
    for (NodeRole role : NodeRole.values()) {
      if (names.contains(role.fieldValue())) {
        roles.add(role);
      }
    }
    if (roles.size() < names.size()) {
      reader.problem("roles", "some of gateway, sampler, trainer");
    }
    return roles;
  }

  private static List<String> seeds(SettingsReader reader) {
    List<String> seeds = reader.textsOrNone("seeds");
    if (!seeds.stream().allMatch(seed -> seed.matches(NODE))) {
      reader.problem("seeds", "a list of host:port");
    }
    return seeds;
  }
}
