package io.stepwise.sampling;

import io.stepwise.sampling.ModelVersions.Canary;
import io.stepwise.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * What has to be changed until the versions that are used are those that were published or chosen
 * elsewhere. Not thread safe.
 */
final class ChoiceFollowing {

  /**
   * A version that is to be used.
   *
   * @param share of the new images that are to begin on it; null for all
   * @param endsTrial whether it ends the trial of any other
   */
  record Step(String version, @Nullable Double share, boolean endsTrial) {}

  private String current;
  private @Nullable Canary canary;
  private @Nullable VersionChoice choice;
  private @Nullable String published;
  private boolean isHeld;

  /** Begins with what is used. */
  ChoiceFollowing(String current) {
    this.current = current;
  }

  /** Versions were chosen elsewhere; null for none, so that all stays as it is. */
  void choose(@Nullable VersionChoice chosen) {
    choice = chosen;
    isHeld = false;
  }

  /** A version was published, which is to be used; only the newest, and only once. */
  void publish(Snapshot snapshot) {
    published = snapshot.digest();
  }

  /**
   * The last step failed: the choice is not followed before {@link #tryAgain} or another one.
   *
   * @return whether there is a choice that is held back from now on
   */
  boolean hold() {
    boolean isNew = choice != null && !isHeld;
    isHeld = choice != null;
    return isNew;
  }

  void tryAgain() {
    isHeld = false;
  }

  /** A version is used now. */
  void used(Step step) {
    if (step.share() != null) {
      canary = new Canary(step.version(), step.share());
      return;
    }
    current = step.version();
    if (step.endsTrial() || (canary != null && canary.digest().equals(current))) {
      canary = null;
    }
  }

  /** Takes what is to be changed next; null for nothing. */
  @Nullable Step next() {
    String announced = published;
    if (announced != null) {
      published = null;
      return new Step(announced, null, false);
    }
    VersionChoice wanted = choice;
    if (wanted == null || isHeld) {
      return null;
    }
    Canary trial = wanted.canary();
    if (!wanted.current().equals(current) || (trial == null && canary != null)) {
      return new Step(wanted.current(), null, trial == null);
    }
    return trial == null || trial.equals(canary)
        ? null
        : new Step(trial.digest(), trial.share(), false);
  }
}
