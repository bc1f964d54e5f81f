package io.stepwise.http;

import io.stepwise.sampling.ModelVersions;
import io.stepwise.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a model's weights.
 *
 * @param current digest of the one that new images begin on
 * @param canary the one that a share of them begins on instead; null for none
 * @param inUse the ones that replicas have
 * @param refused the last one that could not be taken into use; null if none was since another was
 * @param data those that are kept, the newest first
 */
record SnapshotsJson(
    String object,
    String model,
    String current,
    @Nullable Canary canary,
    List<InUse> inUse,
    @Nullable Refused refused,
    List<Entry> data) {

  private record Canary(String snapshot, double share) {}

  private record InUse(String snapshot, int images) {}

  private record Refused(String snapshot, String reason) {}

  /** A version; {@code created} is when it was published, seconds since 1970. */
  private record Entry(String snapshot, int step, long created, Map<String, Double> metrics) {

    static Entry of(Snapshot snapshot) {
      return new Entry(
          snapshot.digest(),
          snapshot.step(),
          snapshot.published().getEpochSecond(),
          snapshot.metrics());
    }
  }

  static SnapshotsJson of(ModelVersions versions) {
    ModelVersions.Canary canary = versions.canary();
    ModelVersions.Refused refused = versions.refused();
    return new SnapshotsJson(
        "list",
        versions.model(),
        versions.current(),
        canary == null ? null : new Canary(canary.digest(), canary.share()),
        versions.images().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(used -> new InUse(used.getKey(), used.getValue()))
            .toList(),
        refused == null ? null : new Refused(refused.digest(), refused.reason()),
        versions.history().stream().map(Entry::of).toList());
  }
}
