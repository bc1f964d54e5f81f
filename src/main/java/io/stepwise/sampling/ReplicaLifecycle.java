package io.stepwise.sampling;

import io.stepwise.batching.CostModel;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What a router does when one of its replicas starts, loads, fails, hangs or ends: it takes back
 * the images that the replica had, and sees to it that the slot gets a replica with all versions in
 * use. What is said of a replica or an incarnation that is no more has no effect.
 */
final class ReplicaLifecycle {

  private final ActorContext<Router.Command> context;
  private final ReplicaFleet fleet;
  private final SamplingOptions.Replicas options;
  private final ImageLedger ledger;
  private final Decodings decodings;
  private final ReplicaSlots slots;
  private final Versions versions;

  ReplicaLifecycle(
      ActorContext<Router.Command> context,
      ReplicaFleet fleet,
      SamplingOptions.Replicas options,
      ImageLedger ledger,
      Decodings decodings,
      ReplicaSlots slots) {
    this.context = context;
    this.fleet = fleet;
    this.options = options;
    this.ledger = ledger;
    this.decodings = decodings;
    this.slots = slots;
    this.versions = new Versions(fleet.versions(), slots.all());
  }

  Versions versions() {
    return versions;
  }

  void started(Router.Ready ready, CostModel costs) {
    ReplicaSlot slot = slots.get(ready.slot());
    if (slot.isFilledBy(ready.replica())) {
      takeBack(slot, "its replica was started anew");
      slot.started(ready.incarnation(), ready.versions());
      ready.measured().forEach(costs::learn);
      versions.started(slot);
    }
  }

  void cannotStart(Router.CannotStart message) {
    ReplicaSlot slot = slots.get(message.slot());
    if (slot.isFilledBy(message.replica())) {
      takeBack(slot, message.reason());
      slot.cannotStart(message.reason());
    }
  }

  void loaded(Router.Loaded loaded) {
    ReplicaSlot slot = slots.get(loaded.slot());
    if (slot.isAlive(loaded.incarnation()) && versions.wants(loaded.version())) {
      slot.loaded(loaded.version());
      fleet.listener().versionLoaded(fleet.model(), loaded.took());
    }
  }

  void loadFailed(Router.LoadFailed failed) {
    ReplicaSlot slot = slots.get(failed.slot());
    if (slot.isAlive(failed.incarnation())
        && versions.loadFailed(slot, failed.version(), failed.reason())) {
      startAnew(slot, failed.reason());
    }
  }

  /** A batch could not be run, and its replica is about to start anew. */
  void batchFailed(Router.BatchFailed failed) {
    if (ledger.isInFlight(failed.slot(), failed.batchId())) {
      ReplicaSlot slot = slots.get(failed.slot());
      takeBack(slot, failed.reason());
      slot.restarting(failed.reason());
      fleet.listener().replicaRestarted(fleet.model(), slot.index());
    }
  }

  /** A replica has computed a batch with other weights: its results are nobody's. */
  void otherWeightsRan(Router.BatchDone done) {
    ReplicaSlot slot = slots.get(done.slot());
    String reason = "its replica computed it with other weights, " + done.weights();
    context
        .getLog()
        .error("replica [{}] of [{}]: a batch is void: {}", slot.index(), fleet.model(), reason);
    fleet.listener().otherWeightsRan(fleet.model(), slot.index());
    startAnew(slot, reason);
  }

  void overdue(Router.BatchOverdue overdue) {
    if (!ledger.isInFlight(overdue.slot(), overdue.batchId())) {
      return;
    }
    ReplicaSlot slot = slots.get(overdue.slot());
    String reason = "a batch ran for more than " + options.batchDeadline().toMillis() + " ms";
    context.getLog().error("replica [{}] of [{}]: {}", slot.index(), fleet.model(), reason);
    takeBack(slot, reason);
    context.stop(slot.readyReplica());
    fleet.listener().replicaRestarted(fleet.model(), slot.index());
    if (slot.abandon(reason)) {
      slots.fill(slot);
    }
  }

  void stopped(Router.ReplicaStopped stopped) {
    ReplicaSlot slot = slots.get(stopped.slot());
    if (slot.isFilledBy(stopped.replica())) {
      takeBack(slot, "its replica ended");
      slot.empty("it ended");
      fleet.listener().replicaRestarted(fleet.model(), slot.index());
      slots.fillLater(slot);
    } else if (slot.returned(stopped.replica())) {
      slots.fill(slot);
    }
  }

  /** Takes all from a replica and ends it, upon which another takes its place. */
  private void startAnew(ReplicaSlot slot, String reason) {
    takeBack(slot, reason);
    slots.stop(slot, reason);
  }

  private void takeBack(ReplicaSlot slot, String reason) {
    for (QueuedImage lost : ledger.takeBack(slot.index())) {
      lost.lose("tried " + options.maxAttempts() + " times in vain: " + reason);
    }
    decodings.lose(slot.index(), reason);
    slots.watchTheClock(slot.index(), ledger.running(slot.index()));
  }
}
