package io.stepwise.sampling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a generation took.
 *
 * @param queued from admission to the first batch with one of its images
 * @param ran from that batch to the last image
 * @param steps steps taken by all images together
 * @param predicted how long it was predicted to take in all when it was accepted; null if nothing
 *     was known yet
 */
public record Usage(Duration queued, Duration ran, long steps, @Nullable Duration predicted) {

  /** Makes the usage of a generation of which nothing was predicted. */
  public Usage(Duration queued, Duration ran, long steps) {
    this(queued, ran, steps, null);
  }
}
