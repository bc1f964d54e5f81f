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
 * @param latents how many numbers the encoder makes of an image
 * @param activeLatents how many of them tell more than 0.01 nats in the mean
 * @param retrieval share of test images that one draw of the first state tells from the others; by
 *     chance 1 by their number
 * @param totals the bound of each test image, in the order that the seed fixes
 */
public record EncodedReport(
    Spread total,
    Spread prior,
    List<Spread> steps,
    Spread reconstruction,
    double deviation,
    Spread importance,
    int importanceSamples,
    int latents,
    int activeLatents,
    double retrieval,
    List<Double> totals) {

  /** Copies the totals. */
  public EncodedReport {
    totals = List.copyOf(totals);
  }

  /** Returns the number of test images, and of training images that chose the deviation. */
  public int images() {
    return totals.size();
  }
}
