package io.stepwise.diffusion;

/** The Kullback-Leibler divergences of a bound that are between Gaussians, in nats. */
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

  /** Returns the same with its slope by gamma. */
  public static GammaCost priorCost(double clean, double gamma) {
    double alphaBar = NegativeLogSnr.alphaBar(gamma);
    double sigmaSquared = NegativeLogSnr.sigmaSquared(gamma);
    double slope = -alphaBar * (sigmaSquared * (clean * clean - 1) + 1) / 2;
    return new GammaCost(fromPrior(clean, gamma), slope);
  }

  /**
   * Returns how far a Gaussian is from the standard normal.
   *
   * @param logVariance logarithm of its variance
   */
  public static double fromStandard(double mean, double logVariance) {
    return (mean * mean + Math.expm1(logVariance) - logVariance) / 2;
  }
}
