package io.stepwise.batching;

/**
 * What there is to do the work with.
 *
 * @param cost of a step
 * @param batchRows network rows of the largest batch that is made
 * @param replicas how many batches run at the same time, 1 or more
 * @param batchesInFlight how many full batches each replica has at the same time, one of them
 *     running, if there is enough to do; 1 or more
 * @param decodeNanos time that a replica needs to decode a finished image
 */
public record Capacity(
    StepCost cost, int batchRows, int replicas, int batchesInFlight, long decodeNanos) {}
