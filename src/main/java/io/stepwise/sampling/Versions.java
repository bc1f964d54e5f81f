package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * The versions that a router's replicas have, and the one that they are told to load.
 *
 * <p>A version is in use from when every ready replica has loaded it: a slot that lacks one in use
 * is not ready. If one replica cannot load a version, none keeps it. Not thread safe.
 */
final class Versions {

  /** A version that is not in use before every ready replica has it. */
  private record Candidate(DenoisingModel model, ActorRef<StatusReply<Done>> replyTo) {

    String digest() {
      return VersionsInUse.digest(model);
    }
  }

  private final AtomicReference<VersionsInUse> inUse;
  private final Collection<ReplicaSlot> slots;
  private @Nullable Candidate candidate;

  /**
   * Begins with the versions that are in use.
   *
   * @param inUse where they are kept for replicas that start
   */
  Versions(AtomicReference<VersionsInUse> inUse, Collection<ReplicaSlot> slots) {
    this.inUse = inUse;
    this.slots = slots;
  }

  VersionsInUse inUse() {
    return Objects.requireNonNull(inUse.get());
  }

  /** Has all replicas load a version; one at a time. */
  void load(Router.LoadVersion order) {
    String digest = VersionsInUse.digest(order.version());
    if (inUse().contains(digest)) {
      order.replyTo().tell(StatusReply.ack());
    } else if (candidate != null) {
      order.replyTo().tell(StatusReply.error(candidate.digest() + " is being loaded"));
    } else {
      candidate = new Candidate(order.version(), order.replyTo());
      slots.forEach(this::orderMissing);
    }
  }

  /** Has all replicas free a version, loaded or not; one that new images begin on stays. */
  void drop(String digest) {
    if (digest.equals(inUse().preferred())) {
      return;
    }
    if (candidate != null && candidate.digest().equals(digest)) {
      refuse(candidate, "it was given up");
    }
    inUse.set(inUse().without(digest));
    slots.forEach(slot -> slot.drop(digest));
  }

  /** New images begin on a version from now on, if it is in use. */
  void prefer(String digest) {
    if (inUse().contains(digest)) {
      inUse.set(inUse().preferring(digest));
    }
  }

  /** A replica has started, and has orders for what it lacks and for what it has too much. */
  void started(ReplicaSlot slot) {
    Set<String> surplus = new HashSet<>(slot.versions());
    wanted().forEach(model -> surplus.remove(VersionsInUse.digest(model)));
    surplus.forEach(slot::drop);
    orderMissing(slot);
  }

  /** Returns whether replicas are to have a version. */
  boolean wants(String digest) {
    return wanted().stream().anyMatch(model -> VersionsInUse.digest(model).equals(digest));
  }

  /** A replica cannot load a version. Returns whether it cannot work without. */
  boolean loadFailed(ReplicaSlot slot, String digest, String reason) {
    if (candidate != null && candidate.digest().equals(digest)) {
      refuse(candidate, "replica " + slot.index() + " cannot load it: " + reason);
      slots.forEach(other -> other.drop(digest));
    }
    return inUse().contains(digest);
  }

  /**
   * Makes those ready that have all versions in use, and takes the candidate into use as soon as
   * every ready one has it.
   */
  void settle() {
    slots.stream()
        .filter(slot -> slot.versions().containsAll(inUse().digests()))
        .forEach(ReplicaSlot::ready);
    List<ReplicaSlot> ready = slots.stream().filter(ReplicaSlot::isReady).toList();
    Candidate loaded = candidate;
    if (loaded != null
        && !ready.isEmpty()
        && ready.stream().allMatch(slot -> slot.versions().contains(loaded.digest()))) {
      inUse.set(inUse().with(loaded.model()));
      candidate = null;
      loaded.replyTo().tell(StatusReply.ack());
    }
  }

  /** The router ends; what it was loading is not in use. */
  void giveUp(String reason) {
    Optional.ofNullable(candidate).ifPresent(lost -> refuse(lost, reason));
  }

  private void refuse(Candidate refused, String reason) {
    candidate = null;
    refused.replyTo().tell(StatusReply.error(reason));
  }

  private void orderMissing(ReplicaSlot slot) {
    for (DenoisingModel model : wanted()) {
      if (!slot.versions().contains(VersionsInUse.digest(model))) {
        slot.load(model);
      }
    }
  }

  private List<DenoisingModel> wanted() {
    return candidate == null ? inUse().models() : inUse().with(candidate.model()).models();
  }
}
