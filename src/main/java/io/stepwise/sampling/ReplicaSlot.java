package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.sampling.ModelReadiness.State;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * The place of one replica in a router: who fills it now and how that one fares. Its replica may be
 * replaced by another. Not thread safe.
 */
final class ReplicaSlot {

  private final int index;
  private final int maxStuck;
  private final Set<ActorRef<Replica.Command>> stuck = new HashSet<>();
  private @Nullable ActorRef<Replica.Command> replica;
  private final Set<String> versions = new HashSet<>();
  private long incarnation;
  private long starts;
  private State state = State.STARTING;
  private String detail = "its weights are being loaded";

  ReplicaSlot(int index, int maxStuck) {
    this.index = index;
    this.maxStuck = maxStuck;
  }

  int index() {
    return index;
  }

  /** Returns whether the slot's present replica is this one. */
  boolean isFilledBy(ActorRef<Replica.Command> other) {
    return other.equals(replica);
  }

  boolean isReady() {
    return state == State.READY;
  }

  /** Returns the replica that is ready. */
  ActorRef<Replica.Command> readyReplica() {
    if (replica == null || !isReady()) {
      throw new IllegalStateException("replica " + index + ": " + state + " (expected: READY)");
    }
    return replica;
  }

  /** Returns whoever fills the slot, ready or not. */
  Optional<ActorRef<Replica.Command>> replica() {
    return Optional.ofNullable(replica);
  }

  /** Returns whether an incarnation has started and is not known to be down. */
  boolean isAlive(long startedAs) {
    return startedAs == incarnation && !versions.isEmpty();
  }

  long incarnation() {
    return incarnation;
  }

  /** A replica was spawned for the slot. */
  void fill(ActorRef<Replica.Command> spawned) {
    replica = spawned;
  }

  /**
   * The replica has started, as a new incarnation, but may lack versions that it needs.
   *
   * @param loaded digests of the versions that it has
   */
  void started(long newIncarnation, Set<String> loaded) {
    incarnation = newIncarnation;
    starts++;
    versions.clear();
    versions.addAll(loaded);
  }

  /** The replica, which has started, can work. */
  void ready() {
    state = State.READY;
    detail = "";
  }

  void cannotStart(String reason) {
    down(State.CANNOT_START, reason);
  }

  /** The replica failed and is being restarted. */
  void restarting(String reason) {
    down(State.RESTARTING, reason);
  }

  private void down(State newState, String reason) {
    versions.clear();
    state = newState;
    detail = reason;
  }

  /** Returns the digests of the versions that the replica has; none while it is down. */
  Set<String> versions() {
    return Set.copyOf(versions);
  }

  /** Has the replica load a version, if it is not down: then it learns of it when it starts. */
  void load(DenoisingModel version) {
    if (replica != null && !versions.isEmpty()) {
      replica.tell(new Replica.Load(incarnation, version));
    }
  }

  /** The replica has loaded a version. */
  void loaded(String version) {
    versions.add(version);
  }

  /** Has the replica free a version, loaded or not. */
  void drop(String version) {
    versions.remove(version);
    if (replica != null) {
      replica.tell(new Replica.Drop(incarnation, version));
    }
  }

  /** The replica is gone. */
  void empty(String reason) {
    replica = null;
    restarting(reason);
  }

  /**
   * The replica hangs and is given up.
   *
   * @return whether the slot may be filled again
   */
  boolean abandon(String reason) {
    if (replica != null) {
      stuck.add(replica);
    }
    empty(reason);
    if (stuck.size() > maxStuck) {
      state = State.GIVEN_UP;
      detail = reason + "; " + stuck.size() + " replicas hang (expected: at most " + maxStuck + ")";
      return false;
    }
    return true;
  }

  /**
   * A replica that hung has ended after all.
   *
   * @return whether the slot, given up before, may be filled again
   */
  boolean returned(ActorRef<Replica.Command> ended) {
    if (stuck.remove(ended) && state == State.GIVEN_UP && stuck.size() <= maxStuck) {
      restarting(detail);
      return true;
    }
    return false;
  }

  ModelReadiness.Replica readiness() {
    return new ModelReadiness.Replica(index, state, detail);
  }

  /** Returns how the replica fares, for those who watch the fleet. */
  Fleet.Replica report() {
    return new Fleet.Replica(index, state, detail, Math.max(0, starts - 1));
  }
}
