package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.Usage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a generation took.
 *
 * @param queueMs until the first batch with one of its images
 * @param runMs from then on
 * @param steps those of all images together
 * @param predictedMs how long it was predicted to take in all; left out if nothing was known
 */
record UsageJson(
    long queueMs,
    long runMs,
    long steps,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long predictedMs) {

  static UsageJson of(Usage usage) {
    return new UsageJson(
        usage.queued().toMillis(),
        usage.ran().toMillis(),
        usage.steps(),
        millis(usage.predicted()));
  }

  /** Returns a prediction in milliseconds; null for none. */
  static @Nullable Long millis(@Nullable Duration predicted) {
    return predicted == null ? null : predicted.toMillis();
  }
}
