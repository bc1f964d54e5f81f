package io.stepwise.study;

/**
 * The bound of an autoencoder on the negative log-likelihood of test images, in bits/dim.
 *
 * @param divergence what the latents tell beyond standard noise
 * @param reconstruction what the pixels cost given the latents, by a discretised Gaussian around
 *     the decoded image
 * @param total the sum of both
 * @param weighted the importance-weighted bound, which is no looser in the mean; the total for a
 *     single sample
 * @param samples latents drawn for each image
 * @param activeLatents how many of an image's latents tell more than 0.01 nats in the mean
 * @param latents how many there are
 * @param images number of test images, and of training images that the deviation was fitted to
 */
public record AutoencoderReport(
    Spread divergence,
    Spread reconstruction,
    Spread total,
    Spread weighted,
    int samples,
    int activeLatents,
    int latents,
    int images) {}
