package io.stepwise.load;

import org.jspecify.annotations.Nullable;

/**
 * One request of the sequence, decided before anything is sent.
 *
 * @param index its place in the sequence, 0 or more
 * @param offsetNanos when it is to be sent, from the beginning; 0 in a closed loop
 * @param steps steps of each image, {@link StepMix#SERVERS_CHOICE} to leave it to the server
 * @param prompt null for none
 * @param seed seed of its images, 0 to below 2^53
 * @param cancelAt at which part of its unloaded time it is cancelled, 0 to 1, or null for never
 */
record PlannedRequest(
    long index,
    long offsetNanos,
    int steps,
    @Nullable String prompt,
    long seed,
    @Nullable Double cancelAt) {}
