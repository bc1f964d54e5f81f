package io.stepwise.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.network.ModelDescription;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.settings.NodeRole;
import io.stepwise.settings.TlsSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the actor system of a node is configured, so that it finds the others and can speak to them.
 */
public final class ClusterConfig {

  /** Name of the actor system of every node. */
  public static final String SYSTEM = "stepwise";

  private static final String FIXED =
      """
      pekko {
        # Whoever stops the process ends the actors; until then messages still have to be sent.
        jvm-shutdown-hooks = off
        actor {
          provider = cluster
          allow-java-serialization = off
          serializers.stepwise = "io.stepwise.cluster.MessageSerializer"
          serialization-bindings {
            "io.stepwise.cluster.Message" = stepwise
            "io.stepwise.training.Trainer$Order" = stepwise
            "io.stepwise.training.TrainingReply" = stepwise
            "io.stepwise.training.TrainingEvent" = stepwise
          }
        }
        remote.artery {
          transport = tcp
          advanced.buffer-pool-size = 16
        }
        cluster {
          downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
          split-brain-resolver.active-strategy = keep-majority
          # Steps are computed on the same cores: a heartbeat may have to wait for one.
          failure-detector.acceptable-heartbeat-pause = 5s
          jmx.enabled = off
          # Versions of many models on many nodes are told in a few ten kilobytes.
          distributed-data.log-data-size-exceeding = 256 KiB
        }
      }
      """;

  private static final String KEYS = "pekko.remote.artery.ssl.rotating-keys-engine.";

  /** More tensors than any solver remembers. */
  private static final int MOST_HISTORY = 4;

  /** What a step of a plan takes that remembers so many. */
  private static final int ROW_BYTES = 67 + 8 * ((1 + MOST_HISTORY) * (3 + MOST_HISTORY) - 3);

  private static final int OTHER_BYTES = 64 << 10;

  private ClusterConfig() {}

  /** Returns the part of Pekko's configuration that makes a system a node. */
  public static Config of(ClusterSettings settings) {
    String own = settings.host() + ":" + settings.port();
    List<String> seeds = settings.seeds().isEmpty() ? List.of(own) : settings.seeds();
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                settings.host(),
                "pekko.remote.artery.canonical.port",
                settings.port(),
                "pekko.remote.artery.advanced.maximum-frame-size",
                settings.maxMessageBytes(),
                "pekko.cluster.roles",
                settings.roles().stream().map(NodeRole::fieldValue).toList(),
                "pekko.cluster.seed-nodes",
                seeds.stream().map(seed -> "pekko://" + SYSTEM + "@" + seed).toList(),
                "pekko.cluster.split-brain-resolver.stable-after",
                settings.stableAfter()))
        .withFallback(encryption(settings))
        .withFallback(ConfigFactory.parseString(FIXED));
  }

  private static Config encryption(ClusterSettings settings) {
    TlsSettings tls = settings.tls();
    return tls.isOn()
        ? ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.transport",
                "tls-tcp",
                "pekko.remote.artery.ssl.ssl-engine-provider",
                "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
                KEYS + "cert-file",
                absolute(tls.certificate()),
                KEYS + "key-file",
                absolute(tls.privateKey()),
                KEYS + "ca-cert-file",
                absolute(settings.authority())))
        : ConfigFactory.empty();
  }

  private static String absolute(Optional<Path> file) {
    return file.orElseThrow().toAbsolutePath().toString();
  }

  /**
   * Checks that the messages of a model can be sent.
   *
   * @param maxSteps most steps of a plan
   * @throws IllegalArgumentException if they may be larger than the largest that is allowed
   */
  public static void requireRoom(ClusterSettings settings, ModelDescription model, int maxSteps) {
    long tensors = Math.max((1L + MOST_HISTORY) * model.shape().size(), model.imageShape().size());
    long needed = Float.BYTES * tensors + (long) ROW_BYTES * maxSteps + OTHER_BYTES;
    if (needed > settings.maxMessageBytes()) {
      throw new IllegalArgumentException(
          "stepwise.cluster.max-message: %d bytes (expected: %d or more, as %s is served)"
              .formatted(settings.maxMessageBytes(), needed, model.name()));
    }
  }
}
