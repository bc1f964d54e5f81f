package io.stepwise.study;

import java.util.List;

/**
 * A bound on the negative log-likelihood of test images under a model with an encoder, in bits/dim,
 * and its parts, whose sum it is.
 *
 * @param total the bound
 * @param prior what the first state costs: the encoder's divergence from the noise that samples
 *     begin with
 * @param steps what each further state costs, given the one before, in the order of sampling
 * @param reconstruction what the pixels cost given the last state, by a discretised Gaussian
 * @param deviation of that Gaussian, chosen by training images
 * @param importance a tighter bound by several draws for each image; not a number where there are
 *     none
 * @param importanceSamples how many draws; 0 for none
 * @param images number of test images, and of training images
 */
public record EncodedReport(
    Spread total,
    Spread prior,
    List<Spread> steps,
    Spread reconstruction,
    double deviation,
    Spread importance,
    int importanceSamples,
    int images) {}
