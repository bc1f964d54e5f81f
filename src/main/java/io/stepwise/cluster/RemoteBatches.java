package io.stepwise.cluster;

import io.stepwise.sampling.FleetWatch;
import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Has a placement's hosts tell of their batches while somebody watches the fleet. Hosts are asked
 * again with each of their reports, or they stop. Not thread safe.
 */
final class RemoteBatches {

  private final String model;
  private final Function<ActorRef<?>, String> nodeOf;
  private final ActorRef<Placement.News> placement;
  private @Nullable ActorRef<FleetWatch.News> watch;

  /**
   * Makes those of a placement, which nobody watches.
   *
   * @param nodeOf what the node is called that an actor is on
   */
  RemoteBatches(
      String model, Function<ActorRef<?>, String> nodeOf, ActorRef<Placement.News> placement) {
    this.model = model;
    this.nodeOf = nodeOf;
    this.placement = placement;
  }

  /** Tells somebody of the batches of hosts from now on, or nobody. */
  void report(@Nullable ActorRef<FleetWatch.News> to, Collection<ActorRef<ModelHost.Order>> hosts) {
    watch = to;
    hosts.forEach(this::ask);
  }

  /** Asks a host for its batches if somebody watches. */
  void ask(ActorRef<ModelHost.Order> host) {
    if (watch != null) {
      host.tell(new ModelHost.WatchBatches(placement));
    }
  }

  /** Passes on what a host tells. */
  void tell(Placement.BatchesFinished told) {
    if (watch == null) {
      return;
    }
    if (told.dropped() > 0) {
      watch.tell(new FleetWatch.BatchesDropped(told.dropped()));
    }
    String node = nodeOf.apply(told.host());
    Instant now = Instant.now();
    for (HostedBatch batch : told.batches()) {
      watch.tell(new FleetWatch.BatchFinished(batch.toldOf(model, node, now)));
    }
  }
}
