package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The only version of a model that is kept in no store. */
final class SingleVersion implements VersionStore {

  private final DenoisingModel model;
  private final Snapshot snapshot;

  SingleVersion(DenoisingModel model) {
    this.model = model;
    this.snapshot =
        new Snapshot(
            model.description().name(), VersionsInUse.digest(model), 0, Instant.now(), Map.of());
  }

  @Override
  public List<Snapshot> history() {
    return List.of(snapshot);
  }

  @Override
  public DenoisingModel load(String digest) {
    requireOwn(digest);
    return model;
  }

  @Override
  public void activate(String digest) {
    requireOwn(digest);
  }

  @Override
  public void pin(Set<String> digests) {
    // There is nothing to remove.
  }

  private void requireOwn(String digest) {
    if (!digest.equals(snapshot.digest())) {
      throw new IllegalArgumentException(
          "snapshot: " + digest + " (expected: " + snapshot.digest() + ")");
    }
  }
}
