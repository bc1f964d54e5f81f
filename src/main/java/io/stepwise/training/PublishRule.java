package io.stepwise.training;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a training publishes a version: whenever one of the conditions that are set holds. With none
 * set it publishes once, at its end.
 *
 * @param everySteps updates from one to the next, 1 or more; null if that is no condition
 * @param every time from one to the next, more than 0; null if that is no condition
 * @param whenImproved whether a validation loss lower than all before is a condition
 */
public record PublishRule(
    @Nullable Integer everySteps, @Nullable Duration every, boolean whenImproved) {

  /** Publishes at the end alone. */
  public static final PublishRule AT_END = new PublishRule(null, null, false);

  /**
   * Returns whether a version is due.
   *
   * @param step updates made, 1 or more
   * @param isOver whether that was the last one
   * @param isBest whether its validation loss was measured and is the lowest so far
   * @param sinceLast time since the last version, or since the start
   */
  boolean isDue(int step, boolean isOver, boolean isBest, Duration sinceLast) {
    if (isOver && !(whenImproved && everySteps == null && every == null)) {
      return true;
    }
    return (everySteps != null && step % everySteps == 0)
        || (every != null && sinceLast.compareTo(every) >= 0)
        || (whenImproved && isBest);
  }
}
