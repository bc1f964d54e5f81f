package io.stepwise.load;

import java.time.Duration;

/**
 * Where a load test stands.
 *
 * @param elapsed since the load began
 * @param sent requests sent
 * @param inFlight those that have not ended
 * @param succeeded those answered well
 * @param failed those that failed
 * @param latencyMs how long the good answers took
 */
public record LoadProgress(
    Duration elapsed,
    long sent,
    int inFlight,
    long succeeded,
    long failed,
    Distribution latencyMs) {}
