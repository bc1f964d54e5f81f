package io.stepwise.diffusion;

/**
 * Noise levels by gamma, the negative logarithm of the signal-to-noise ratio: it rises with the
 * noise, and {@code alphaBar = sigmoid(-gamma)}. Kingma et al. 2021 (arXiv:2107.00630).
 */
public final class NegativeLogSnr {

  private NegativeLogSnr() {}

  /** Returns the share of the signal's variance that is left, 0 to 1. */
  public static double alphaBar(double gamma) {
    return 1 / (1 + Math.exp(gamma));
  }

  /** Returns the noise's variance, 0 to 1. */
  public static double sigmaSquared(double gamma) {
    return 1 / (1 + Math.exp(-gamma));
  }

  /** Returns gamma where this share of the signal's variance is left. */
  public static double ofAlphaBar(double alphaBar) {
    return Math.log1p(-alphaBar) - Math.log(alphaBar);
  }

  /** Returns the logarithm of {@link #alphaBar}, finite for all but an infinite gamma. */
  static double logAlphaBar(double gamma) {
    return gamma > 0 ? -gamma - Math.log1p(Math.exp(-gamma)) : -Math.log1p(Math.exp(gamma));
  }
}
