package io.stepwise.sampling;

import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * The replicas of one model.
 *
 * @param model the model's name
 * @param versions what a replica loads when it starts; set by the router, whose restarts it
 *     outlives
 * @param replicas how many there are
 * @param factory makes one
 * @param listener hears what they do
 */
record ReplicaFleet(
    String model,
    AtomicReference<VersionsInUse> versions,
    int replicas,
    Factory factory,
    SamplingListener listener) {

  /** Makes the behavior of a replica. */
  @FunctionalInterface
  interface Factory {

    Behavior<Replica.Command> create(int slot, ActorRef<Router.Command> router);
  }

  /** Returns the replicas that a model is served with. */
  static ReplicaFleet of(ServedModel served, SamplingOptions options, SamplingListener listener) {
    AtomicReference<VersionsInUse> versions =
        new AtomicReference<>(VersionsInUse.of(served.model()));
    return new ReplicaFleet(
        served.name(),
        versions,
        served.replicas(),
        (slot, router) -> Replica.create(slot, served, versions::get, options, router),
        listener);
  }
}
