package io.stepwise.cluster;

import io.stepwise.sampling.ModelVersions.Canary;
import io.stepwise.sampling.VersionChoice;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a model new images begin on, everywhere; of two the later one holds.
 *
 * @param current digest of the version that they begin on
 * @param canary the version that a share of them begins on instead; null for none
 * @param since when that was decided, milliseconds since 1970, but always later than the one before
 */
record Chosen(String current, @Nullable Canary canary, long since) implements Message {

  /** Returns the choice after a version was published, which ends no trial but its own. */
  Chosen published(String digest, long nowMillis) {
    boolean isTried = canary == null || canary.digest().equals(digest);
    return new Chosen(digest, isTried ? null : canary, after(nowMillis));
  }

  /** Returns the choice of a version for all new images. */
  Chosen activated(String digest, long nowMillis) {
    return new Chosen(digest, null, after(nowMillis));
  }

  /** Returns the choice of a version for a share of the new images. */
  Chosen triedOut(Canary trial, long nowMillis) {
    return new Chosen(current, trial, after(nowMillis));
  }

  VersionChoice of(String model) {
    return new VersionChoice(model, current, canary);
  }

  private long after(long nowMillis) {
    return Math.max(since + 1, nowMillis);
  }
}
