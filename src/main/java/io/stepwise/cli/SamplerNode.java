package io.stepwise.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.cluster.ClusterConfig;
import io.stepwise.cluster.NodeVitals;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.http.HttpServer;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.settings.Settings;
import io.stepwise.snapshot.SnapshotStore;
import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * A node that makes images for gateways, or trains, takes no requests itself, and answers those who
 * watch it.
 */
final class SamplerNode {

  /** Time for answers under way when the node has left its cluster. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(3);

  private final ActorSystem<Void> system;
  private final ModelHosts hosts;
  private final NodeVitals vitals;
  private final String url;

  private SamplerNode(ActorSystem<Void> system, ModelHosts hosts, NodeVitals vitals, String url) {
    this.system = system;
    this.hosts = hosts;
    this.vitals = vitals;
    this.url = url;
  }

  /**
   * Starts the actors, which load the weights in the background, and the server.
   *
   * @param stores of the versions that it shares with the other nodes, by the models' names
   * @throws IllegalStateException if the server's address cannot be had
   */
  static SamplerNode start(
      List<ServedModel> models,
      SamplingOptions options,
      Settings settings,
      Map<String, SnapshotStore> stores) {
    ClusterSettings cluster = settings.cluster();
    Meters meters = new Meters();
    SamplingMeters sampling = new SamplingMeters(meters);
    RouterSource routers = RouterSource.local(options, sampling);
    Config config = ClusterConfig.of(cluster).withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), ClusterConfig.SYSTEM, config);
    SharedSnapshots snapshots = SharedSnapshots.start(system, stores, cluster);
    if (cluster.isTrainer()) {
      TrainingSystem.join(system, stores, settings, sampling::isBusy, snapshots);
    }
    ModelHosts hosts =
        cluster.isSampler()
            ? ModelHosts.start(system, models, routers, snapshots, cluster.reportEvery())
            : ModelHosts.none(system);
    NodeVitals vitals = hosts.vitals();
    HttpServer server =
        Listening.await(
            HttpServer.startForWatchers(system, vitals, settings.http(), meters),
            settings.http(),
            system::terminate);
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "last answers",
            () -> server.stop(LAST_ANSWERS));
    return new SamplerNode(system, hosts, vitals, Listening.url(server, settings.http()));
  }

  /** Returns where its health and metrics are. */
  String url() {
    return url;
  }

  /** Waits until the node has ended, for whatever reason. */
  void awaitEnd() {
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /**
   * Is not ready any more, hands all images back to the gateways, leaves the cluster, and stops to
   * answer those who watch.
   */
  void stop(Duration grace) {
    vitals.drain();
    hosts.leave(grace);
    system.terminate();
    awaitEnd();
  }
}
