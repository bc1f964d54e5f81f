package io.stepwise.sampling;

import java.time.Duration;

/**
 * What a generation took.
 *
 * @param queued from admission to the first batch with one of its images
 * @param ran from that batch to the last image
 * @param steps steps taken by all images together
 */
public record Usage(Duration queued, Duration ran, long steps) {}
