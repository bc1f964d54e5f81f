package io.stepwise.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.stepwise.cluster.ClusterConfig;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.ClusterSettings;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The actors of a node that makes images for gateways and takes no requests itself. */
final class SamplerNode {

  private final ActorSystem<Void> system;
  private final ModelHosts hosts;

  private SamplerNode(ActorSystem<Void> system, ModelHosts hosts) {
    this.system = system;
    this.hosts = hosts;
  }

  /** Starts the actors, which load the weights in the background. */
  static SamplerNode start(
      List<ServedModel> models, RouterSource routers, ClusterSettings cluster) {
    Config config = ClusterConfig.of(cluster).withFallback(ConfigFactory.load());
    ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), ClusterConfig.SYSTEM, config);
    return new SamplerNode(
        system, ModelHosts.start(system, models, routers, cluster.reportEvery()));
  }

  /** Waits until the node has ended, for whatever reason. */
  void awaitEnd() {
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /** Hands all images back to the gateways and leaves the cluster. */
  void stop(Duration grace) {
    hosts.leave(grace);
    system.terminate();
    awaitEnd();
  }
}
