package io.stepwise.diffusion;

/** The Kullback-Leibler divergence of a bound that is between Gaussians, in nats. */
public final class GaussianDivergence {

  private GaussianDivergence() {}

  /**
   * Returns how far a state is from the standard normal that sampling begins with: the prior term
   * of a bound for one pixel.
   *
   * @param clean the pixel
   * @param gamma negative log-SNR of the state; positive infinity for no signal
   */
  public static double fromPrior(double clean, double gamma) {
    double alphaBar = NegativeLogSnr.alphaBar(gamma);
    // With the variance 1 - alphaBar the general form has a difference of near-equal numbers.
    return (alphaBar * (clean * clean - 1) - Math.log1p(-alphaBar)) / 2;
  }
}
