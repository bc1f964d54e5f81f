package io.stepwise.http;

import io.stepwise.sampling.Usage;

/**
 * What a generation took.
 *
 * @param queueMs until the first batch with one of its images
 * @param runMs from then on
 * @param steps those of all images together
 */
record UsageJson(long queueMs, long runMs, long steps) {

  static UsageJson of(Usage usage) {
    return new UsageJson(usage.queued().toMillis(), usage.ran().toMillis(), usage.steps());
  }
}
