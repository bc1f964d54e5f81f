package io.stepwise.sampling;

import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;

/**
 * The replicas of one model.
 *
 * @param model the model's name
 * @param snapshot digest of its weights
 * @param replicas how many there are
 * @param factory makes one
 * @param listener hears what they do
 */
record ReplicaFleet(
    String model, String snapshot, int replicas, Factory factory, SamplingListener listener) {

  /** Makes the behavior of a replica. */
  @FunctionalInterface
  interface Factory {

    Behavior<Replica.Command> create(int slot, ActorRef<Router.Command> router);
  }

  /** Returns the replicas that a model is served with. */
  static ReplicaFleet of(ServedModel served, SamplingOptions options, SamplingListener listener) {
    return new ReplicaFleet(
        served.name(),
        served.model().description().digest(),
        served.replicas(),
        (slot, router) -> Replica.create(slot, served, options, router),
        listener);
  }
}
