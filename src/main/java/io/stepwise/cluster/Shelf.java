package io.stepwise.cluster;

import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a store has, at one moment.
 *
 * @param versions the newest first
 * @param current digest of the one that is current; null in an empty store
 * @param since when that was made current, milliseconds since 1970; 0 if nothing else ever was
 */
record Shelf(List<VersionDescriptor> versions, @Nullable String current, long since) {

  /** As many as a message holds with room to spare. */
  private static final int MOST_VERSIONS = 64;

  Shelf {
    versions = List.copyOf(versions);
  }

  /**
   * Reads what a store has; blocks.
   *
   * @throws io.stepwise.snapshot.SnapshotException if it cannot be read
   */
  static Shelf read(SnapshotStore store) {
    return new Shelf(
        store.history().stream()
            .limit(MOST_VERSIONS)
            .map(snapshot -> VersionDescriptor.read(store, snapshot))
            .toList(),
        store.current().map(Snapshot::digest).orElse(null),
        store.currentSince().toEpochMilli());
  }

  boolean has(String digest) {
    return versions.stream().anyMatch(version -> version.digest().equals(digest));
  }
}
