package io.stepwise.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.cluster.ClusterConfig;
import io.stepwise.cluster.ModelHost;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A cluster in this process: a gateway and samplers, each an actor system of its own, which reach
 * each other over TCP on the loopback. Samplers are configured as they are by default, and what is
 * sent is counted by the {@link WireMeter}.
 */
final class LocalCluster implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration MOMENT = Duration.ofMillis(20);

  /** Names of actors are sent once and then by number; usually that begins after a minute. */
  private static final String COUNTED =
      """
      pekko.remote.artery.advanced {
        instruments = ["io.stepwise.bench.WireMeter"]
        compression {
          actor-refs.advertisement-interval = 1s
          manifests.advertisement-interval = 1s
        }
      }
      pekko.cluster.failure-detector.acceptable-heartbeat-pause = 30s
      pekko.coordinated-shutdown.run-by-actor-system-terminate = off
      pekko.loglevel = ERROR
      """;

  private final ServedModel model;
  private final int batchSize;
  private final String seed;
  private final MeasuredService gateway;
  private final List<ActorSystem<?>> systems = new ArrayList<>();
  private final List<BatchClock> clocks = new ArrayList<>();

  /** Starts the gateway. */
  LocalCluster(ServedModel model, int batchSize) {
    this.model = model;
    this.batchSize = batchSize;
    int port = freePort();
    this.seed = "127.0.0.1:" + port;
    this.gateway =
        MeasuredService.startGateway(model, batchSize, config(settings("gateway", port)));
  }

  MeasuredService gateway() {
    return gateway;
  }

  /** Returns what tells of the batches of each sampler. */
  List<BatchClock> clocks() {
    return List.copyOf(clocks);
  }

  /** Starts samplers until there are so many, and waits until the gateway gives work to all. */
  void growTo(int samplers) {
    while (clocks.size() < samplers) {
      clocks.add(startSampler());
    }
    await(() -> readyReplicas() == samplers, "samplers");
  }

  private BatchClock startSampler() {
    BatchClock clock = new BatchClock();
    ClusterSettings settings = settings("sampler", freePort());
    RouterSource routers =
        RouterSource.local(MeasuredService.options(model, batchSize, "fifo"), clock);
    systems.add(
        ActorSystem.create(
            Behaviors.<ModelHost.Command>setup(
                context ->
                    ModelHost.create(
                        model,
                        routers,
                        SharedSnapshots.none(context.getSystem()),
                        settings.reportEvery())),
            ClusterConfig.SYSTEM,
            config(settings)));
    return clock;
  }

  private long readyReplicas() {
    Readiness readiness = gateway.client().readiness().toCompletableFuture().join();
    return readiness.models().stream()
        .flatMap(each -> each.replicas().stream())
        .filter(replica -> replica.state() == ModelReadiness.State.READY)
        .count();
  }

  /**
   * Returns when something has come about.
   *
   * @throws IllegalStateException if it does not for long
   */
  static void await(BooleanSupplier condition, String what) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException(what + ": none (expected: within " + PATIENCE + ")");
      }
      Timing.waitUntil(System.nanoTime() + MOMENT.toNanos());
    }
  }

  private ClusterSettings settings(String role, int port) {
    return Settings.load(
            Optional.empty(),
            Map.of(
                "stepwise.cluster.enabled",
                "true",
                "stepwise.cluster.roles",
                role,
                "stepwise.cluster.host",
                "127.0.0.1",
                "stepwise.cluster.port",
                Integer.toString(port),
                "stepwise.cluster.seeds",
                seed))
        .cluster();
  }

  private static Config config(ClusterSettings settings) {
    return ConfigFactory.parseString(COUNTED)
        .withFallback(ClusterConfig.of(settings))
        .withFallback(ConfigFactory.load());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
    gateway.close();
  }
}
