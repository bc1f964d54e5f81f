package io.stepwise.network;

/**
 * One image after a step.
 *
 * @param x the next state, [C, H, W] row-major, float32; the caller's
 * @param history the next remembered tensors, [K, C, H, W] row-major, float32; the caller's
 */
public record StepOutput(float[] x, float[] history) {}
