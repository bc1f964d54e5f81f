package io.stepwise.cli;

import io.stepwise.cluster.ModelHost;
import io.stepwise.cluster.NodeVitals;
import io.stepwise.cluster.SharedSnapshots;
import io.stepwise.sampling.RouterSource;
import io.stepwise.sampling.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** The hosts of all models of a node: what makes it a sampler. */
final class ModelHosts {

  private final ActorSystem<?> system;
  private final List<ActorRef<ModelHost.Command>> hosts = new ArrayList<>();

  private ModelHosts(ActorSystem<?> system) {
    this.system = system;
  }

  /** Returns the hosts of a node that is no sampler. */
  static ModelHosts none(ActorSystem<?> system) {
    return new ModelHosts(system);
  }

  /**
   * Starts the hosts, which load the weights in the background.
   *
   * @param snapshots the versions that the node shares with the others
   * @param reportEvery steps after which the state of an image is told to its gateway
   */
  static ModelHosts start(
      ActorSystem<?> system,
      List<ServedModel> models,
      RouterSource routers,
      SharedSnapshots snapshots,
      int reportEvery) {
    ModelHosts started = new ModelHosts(system);
    for (ServedModel model : models) {
      String name = "host-" + started.hosts.size();
      started.hosts.add(
          system.systemActorOf(
              ModelHost.create(snapshots.share(model), routers, snapshots, reportEvery),
              name,
              Props.empty()));
    }
    return started;
  }

  /** Returns how the node fares that has these hosts and takes no requests. */
  NodeVitals vitals() {
    return new NodeVitals(system, hosts);
  }

  /** Hands everything back to the gateways; waits until that is done, but not longer. */
  void leave(Duration atMost) {
    List<CompletableFuture<Done>> left = new ArrayList<>();
    for (ActorRef<ModelHost.Command> host : hosts) {
      CompletionStage<Done> done =
          AskPattern.ask(host, ModelHost.Leave::new, atMost, system.scheduler());
      left.add(done.toCompletableFuture());
    }
    CompletableFuture.allOf(left.toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, atMost.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(failure -> null)
        .join();
  }
}
