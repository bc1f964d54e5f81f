package io.stepwise.batching;

/**
 * What images must have in common to share a batch; nothing else matters.
 *
 * @param weights version of the weights, their digest
 * @param shape shape of the state, such as "1x28x28"
 */
public record BatchKey(String weights, String shape) {}
