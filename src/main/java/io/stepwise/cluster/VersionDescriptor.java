package io.stepwise.cluster;

import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotFile;
import io.stepwise.snapshot.SnapshotStore;
import java.util.List;

/**
 * A version that a node has, with all that another one needs to get it.
 *
 * @param files of its model
 */
record VersionDescriptor(Snapshot snapshot, List<SnapshotFile> files) {

  VersionDescriptor {
    files = List.copyOf(files);
  }

  String digest() {
    return snapshot.digest();
  }

  /** Reads what a store has of a version. */
  static VersionDescriptor read(SnapshotStore store, Snapshot snapshot) {
    return new VersionDescriptor(snapshot, store.transfer().files(snapshot.digest()));
  }
}
