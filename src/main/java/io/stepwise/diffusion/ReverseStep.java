package io.stepwise.diffusion;

/**
 * One step of a diffusion model's reverse process, from a noisy state x_t to a less noisy x_s, and
 * what it costs in nats a dimension that a Gaussian with an estimate of the clean image takes the
 * place of the true posterior: Ho et al. 2020 (arXiv:2006.11239), equations 6 to 8, and Kingma et
 * al. 2021 (arXiv:2107.00630), appendix A, for any pair of noise levels.
 *
 * <p>{@code q(x_s | x_t, x) = N(cleanWeight * x + stateWeight * x_t, posteriorVariance)}.
 *
 * @param lessNoisy gamma (negative log-SNR) of x_s, finite
 * @param noisier gamma of x_t, more than lessNoisy; positive infinity for no signal
 */
public record ReverseStep(double lessNoisy, double noisier) {

  /** Checks the order. */
  public ReverseStep {
    if (!(noisier > lessNoisy && Double.isFinite(lessNoisy))) {
      throw new IllegalArgumentException(
          "gamma: " + noisier + " (expected: > gamma of the less noisy state " + lessNoisy + ")");
    }
  }

  /** Returns beta, the variance that the forward step from x_s to x_t adds, 0 to 1. */
  public double jumpVariance() {
    return -Math.expm1(NegativeLogSnr.logAlphaBar(noisier) - NegativeLogSnr.logAlphaBar(lessNoisy));
  }

  /** Returns c1, the clean image's weight in the posterior's mean. */
  public double cleanWeight() {
    return Math.sqrt(NegativeLogSnr.alphaBar(lessNoisy))
        * jumpVariance()
        / NegativeLogSnr.sigmaSquared(noisier);
  }

  /** Returns c2, the noisy state's weight in the posterior's mean. */
  public double stateWeight() {
    double kept =
        Math.exp((NegativeLogSnr.logAlphaBar(noisier) - NegativeLogSnr.logAlphaBar(lessNoisy)) / 2);
    return kept * NegativeLogSnr.sigmaSquared(lessNoisy) / NegativeLogSnr.sigmaSquared(noisier);
  }

  /**
   * Returns how much an encoder's mean of the noise counts beside the clean image. Where {@code x_t
   * = alpha_t * x + sigma_t * (mu + n)} and each forward step adds what keeps that, the posterior's
   * mean is {@code cleanWeight * (x + encodedWeight * mu) + stateWeight * x_t}.
   */
  public double encodedWeight() {
    double kept =
        Math.exp((NegativeLogSnr.logAlphaBar(noisier) - NegativeLogSnr.logAlphaBar(lessNoisy)) / 2);
    double shared =
        kept
            * Math.sqrt(
                NegativeLogSnr.sigmaSquared(lessNoisy) / NegativeLogSnr.sigmaSquared(noisier));
    return Math.exp(lessNoisy / 2) / (1 + shared);
  }

  /** Returns the posterior's variance, "beta tilde". */
  public double posteriorVariance() {
    return jumpVariance()
        * NegativeLogSnr.sigmaSquared(lessNoisy)
        / NegativeLogSnr.sigmaSquared(noisier);
  }

  /** Returns how much signal-to-noise ratio the step gains: c1 squared by posterior variance. */
  public double ratioGain() {
    return Math.exp(-lessNoisy) * -Math.expm1(lessNoisy - noisier);
  }

  /**
   * Returns the divergence with the posterior's own variance, "fixed small".
   *
   * @param error mean squared error of the clean estimate, a dimension
   */
  public double fixedSmall(double error) {
    return ratioGain() * error / 2;
  }

  /** Returns the divergence with the forward step's variance, "fixed large". */
  public double fixedLarge(double error) {
    double variance = jumpVariance();
    double ratio = posteriorVariance() / variance;
    return (ratio - 1 - Math.log(ratio) + ratio * ratioGain() * error) / 2;
  }

  /** Returns the divergence with the best variance for this error. */
  public double optimal(double error) {
    return Math.log1p(ratioGain() * error) / 2;
  }

  /**
   * Returns the divergence with the variance that is best for another error.
   *
   * @param fitted the error that the variance was fitted to, as that of training images
   * @param error the error on the images at hand
   */
  public double fitted(double fitted, double error) {
    double gain = ratioGain();
    return optimal(fitted) + gain * (error - fitted) / (1 + gain * fitted) / 2;
  }

  /** Returns the divergence with any variance, as one that a network has learnt, by pixel. */
  public PixelCost.Function cost() {
    double logPosterior = Math.log(posteriorVariance());
    double gain = ratioGain();
    return (clean, estimate, logVariance) -> {
      double error = estimate - clean;
      double ratio = Math.exp(logPosterior - logVariance);
      double excess = ratio * (1 + gain * error * error) - 1;
      return new PixelCost(
          (logVariance - logPosterior + excess) / 2, ratio * gain * error, -excess / 2);
    };
  }

  /** Returns the range in which a network with learned variance interpolates. */
  public LogVarianceBounds logVarianceBounds() {
    return new LogVarianceBounds(Math.log(posteriorVariance()), Math.log(jumpVariance()));
  }
}
