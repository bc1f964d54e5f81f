package io.stepwise.sampling;

import io.stepwise.snapshot.Snapshot;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of one model's weights, at one moment.
 *
 * @param current digest of the version that new images begin on
 * @param canary the version that a share of them begins on instead; null for none
 * @param images how many unfinished images each version in use has, by digest
 * @param history the versions that are kept, the newest first
 * @param refused the last version that could not be taken into use; null if none was since another
 *     one was
 */
public record ModelVersions(
    String model,
    String current,
    @Nullable Canary canary,
    Map<String, Integer> images,
    List<Snapshot> history,
    @Nullable Refused refused) {

  /** Copies the collections. */
  public ModelVersions {
    images = Map.copyOf(images);
    history = List.copyOf(history);
  }

  /** Returns these with what the store and the rollout know. */
  ModelVersions with(List<Snapshot> kept, @Nullable Refused lastRefused) {
    return new ModelVersions(model, current, canary, images, kept, lastRefused);
  }

  /**
   * A version on trial.
   *
   * @param share of the new images that begin on it, more than 0 and less than 1
   */
  public record Canary(String digest, double share) {}

  /** A version that could not be taken into use. */
  public record Refused(String digest, String reason) {}
}
