package io.stepwise.sampling;

/**
 * What an image looks like between two steps, not decoded or encoded yet: {@link
 * SamplingClient#render} makes a PNG of it, at a cost, so that one that is never shown costs
 * nothing.
 *
 * @param model name of the model
 * @param snapshot digest of the weights that made it
 * @param state [C, H, W] row-major, float32, of the model's states; not changed by anybody
 */
public record Preview(String model, String snapshot, float[] state) {}
