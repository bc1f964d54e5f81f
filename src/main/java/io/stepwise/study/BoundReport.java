package io.stepwise.study;

import io.stepwise.diffusion.DiffusionTerms;
import java.util.List;

/**
 * A bound on the negative log-likelihood of test images, in bits/dim, by the number of steps. A
 * total is the sum of the prior term, the reconstruction term and a row's diffusion term.
 *
 * @param prior what the noisiest state costs
 * @param reconstruction what the pixels cost given the least noisy state, by a discretised Gaussian
 *     around the network's estimate of the clean image
 * @param categorical the same by a categorical distribution around the state itself, without the
 *     network; for comparison, in no total
 * @param rows one for each number of steps, rising
 * @param violations doublings at which the bound with the posterior's variance rose, in nats
 * @param isotonicResidual how far the errors are from rising with the noise, root mean square
 * @param images number of test images, and of training images that variances were fitted to
 */
public record BoundReport(
    Spread prior,
    Spread reconstruction,
    Spread categorical,
    List<Row> rows,
    List<DiffusionTerms.Violation> violations,
    double isotonicResidual,
    int images) {

  /**
   * The bound of a process of so many steps.
   *
   * @param steps T
   * @param fixedSmall total with the posterior's variance
   * @param fitted total with one variance a step, the best one for training images
   * @param fixedLarge total with the forward steps' variances
   * @param learned total with the variances that the network has learnt; not a number where it has
   *     learnt none
   */
  public record Row(
      int steps, Spread fixedSmall, Spread fitted, Spread fixedLarge, Spread learned) {}
}
