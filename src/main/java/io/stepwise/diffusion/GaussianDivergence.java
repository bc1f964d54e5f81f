package io.stepwise.diffusion;

/** Kullback-Leibler divergences between Gaussians of one dimension, in nats. */
public final class GaussianDivergence {

  private GaussianDivergence() {}

  /**
   * Returns how far q is from p.
   *
   * @param meanOfQ mean of q
   * @param varianceOfQ above 0
   * @param meanOfP mean of p
   * @param varianceOfP above 0
   */
  public static double of(double meanOfQ, double varianceOfQ, double meanOfP, double varianceOfP) {
    double offset = meanOfQ - meanOfP;
    return ofError(varianceOfQ, offset * offset, varianceOfP);
  }

  /**
   * Returns how far q is from p on average.
   *
   * @param varianceOfQ above 0
   * @param squaredError mean squared difference of their means, 0 or more
   * @param varianceOfP above 0
   */
  static double ofError(double varianceOfQ, double squaredError, double varianceOfP) {
    double ratio = varianceOfQ / varianceOfP;
    return (ratio - 1 - Math.log(ratio) + squaredError / varianceOfP) / 2;
  }

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
