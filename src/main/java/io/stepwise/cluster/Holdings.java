package io.stepwise.cluster;

import io.stepwise.snapshot.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The versions of one model that the nodes of a cluster have.
 *
 * @param byNode what each node told, by its name
 */
record Holdings(Map<String, Holding> byNode) {

  Holdings {
    byNode = Map.copyOf(byNode);
  }

  /** Returns what these nodes told. */
  Holdings of(Set<String> nodes) {
    Map<String, Holding> kept = new HashMap<>(byNode);
    kept.keySet().retainAll(nodes);
    return new Holdings(kept);
  }

  /** Returns how a version is described by whoever has it. */
  Optional<VersionDescriptor> find(String digest) {
    return versions().filter(version -> version.digest().equals(digest)).findFirst();
  }

  /** Returns who gives a version, in an order that stays. */
  List<ActorRef<SnapshotSender.Order>> senders(String digest) {
    return byNode.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .filter(held -> held.versions().stream().anyMatch(v -> v.digest().equals(digest)))
        .map(Holding::sender)
        .toList();
  }

  /** Returns all versions, these and further ones, the newest first; of the same the earliest. */
  List<Snapshot> history(Collection<Snapshot> further) {
    Map<String, Snapshot> found = new HashMap<>();
    further.forEach(snapshot -> found.merge(snapshot.digest(), snapshot, Holdings::earlier));
    versions()
        .map(VersionDescriptor::snapshot)
        .forEach(snapshot -> found.merge(snapshot.digest(), snapshot, Holdings::earlier));
    List<Snapshot> history = new ArrayList<>(found.values());
    history.sort(Snapshot.NEWEST_FIRST);
    return history;
  }

  private Stream<VersionDescriptor> versions() {
    return byNode.values().stream().flatMap(held -> held.versions().stream());
  }

  private static Snapshot earlier(Snapshot one, Snapshot other) {
    return other.published().isBefore(one.published()) ? other : one;
  }
}
