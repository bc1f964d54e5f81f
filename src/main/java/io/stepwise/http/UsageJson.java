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
 * @param predictedMs the whole time, as it was predicted at first; null if it was not
 */
record UsageJson(
    long queueMs,
    long runMs,
    long steps,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long predictedMs) {

  static UsageJson of(Usage usage) {
    Duration predicted = usage.predicted();
    return new UsageJson(
        usage.queued().toMillis(),
        usage.ran().toMillis(),
        usage.steps(),
        predicted == null ? null : predicted.toMillis());
  }
}
