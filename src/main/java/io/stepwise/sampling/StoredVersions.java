package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.util.List;
import java.util.Set;

/**
 * The versions in a store on disk.
 *
 * @param user whose versions in use these are
 */
record StoredVersions(SnapshotStore store, String device, String user) implements VersionStore {

  @Override
  public List<Snapshot> history() {
    return store.history();
  }

  @Override
  public DenoisingModel load(String digest) {
    return store.load(digest, device);
  }

  @Override
  public void activate(String digest) {
    store.activate(digest);
  }

  @Override
  public void pin(Set<String> digests) {
    store.pin(user, digests);
  }
}
