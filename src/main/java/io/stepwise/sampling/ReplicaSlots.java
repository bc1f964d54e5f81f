package io.stepwise.sampling;

import io.stepwise.sampling.BatchesInFlight.Batch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The places of a router's replicas, filled at first, and the time that each has for its batch. */
final class ReplicaSlots {

  private final ActorContext<Router.Command> context;
  private final TimerScheduler<Router.Command> timers;
  private final ReplicaFleet fleet;
  private final SamplingOptions.Replicas options;
  private final List<ReplicaSlot> slots;
  private int spawned;

  ReplicaSlots(
      ActorContext<Router.Command> context,
      TimerScheduler<Router.Command> timers,
      ReplicaFleet fleet,
      SamplingOptions.Replicas options) {
    this.context = context;
    this.timers = timers;
    this.fleet = fleet;
    this.options = options;
    this.slots =
        IntStream.range(0, fleet.replicas())
            .mapToObj(index -> new ReplicaSlot(index, options.maxStuck()))
            .toList();
    slots.forEach(this::fill);
  }

  ReplicaSlot get(int index) {
    return slots.get(index);
  }

  /** Returns all slots, in order. */
  List<ReplicaSlot> all() {
    return slots;
  }

  /** Returns the indices of those whose replicas can work. */
  List<Integer> ready() {
    List<Integer> ready = new ArrayList<>(slots.size());
    for (ReplicaSlot slot : slots) {
      if (slot.isReady()) {
        ready.add(slot.index());
      }
    }
    return ready;
  }

  /** Spawns a replica for a slot. */
  void fill(ReplicaSlot slot) {
    ActorRef<Replica.Command> replica =
        context.spawn(
            fleet.factory().create(slot.index(), context.getSelf()),
            "replica-" + slot.index() + "-" + ++spawned,
            Replica.ownThread());
    context.watchWith(replica, new Router.ReplicaStopped(slot.index(), replica));
    slot.fill(replica);
  }

  /** Ends a replica, whose slot is filled again when it has ended. */
  void stop(ReplicaSlot slot, String reason) {
    slot.replica().ifPresent(context::stop);
    slot.restarting(reason);
  }

  /** Has the router told to fill a slot after a pause. */
  void fillLater(ReplicaSlot slot) {
    Router.Refill refill = new Router.Refill(slot.index());
    timers.startSingleTimer(refill, refill, options.minBackoff());
  }

  /** Gives a replica that is ready its batch. */
  void run(Batch batch) {
    ReplicaSlot slot = slots.get(batch.slot());
    List<DenoisingState> states =
        batch.attempt().images().stream().map(QueuedImage::state).toList();
    slot.readyReplica().tell(new Replica.RunBatch(batch.id(), slot.incarnation(), states));
  }

  /** Has the router told when a batch is due. */
  void wakeAt(OptionalLong dueNanos, long nowNanos) {
    dueNanos.ifPresent(
        due ->
            timers.startSingleTimer(
                Router.Wake.INSTANCE, Router.Wake.INSTANCE, Duration.ofNanos(due - nowNanos)));
  }

  /** Gives the batch that a replica now runs its deadline; the one before has none any more. */
  void watchTheClock(int slot, Optional<Batch> running) {
    if (running.isPresent()) {
      Router.BatchOverdue overdue = new Router.BatchOverdue(slot, running.get().id());
      timers.startSingleTimer(slot, overdue, options.batchDeadline());
    } else {
      timers.cancel(slot);
    }
  }

  ModelReadiness readiness() {
    return new ModelReadiness(fleet.model(), slots.stream().map(ReplicaSlot::readiness).toList());
  }
}
