package io.stepwise.diffusion;

/**
 * A step of the reverse process where an encoder makes the noise: {@code x_t = alpha_t * x +
 * sigma_t * epsilon} with epsilon of mean mu(x) and deviation s(x), every forward step adding what
 * keeps these marginals. With mean 0 and deviation 1 it is the plain step; with the whole way in
 * one step it is a variational autoencoder.
 *
 * <p>{@code q(x_s | x_t, x) = N(alpha_s x + sigma_s mu + stateWeight * (x_t - alpha_t x - sigma_t
 * mu), posteriorVariance * s^2)}.
 *
 * @param step the plain step between the same noise levels
 */
record EncodedReverseStep(ReverseStep step) {

  /** Returns the encoded mean's weight in the posterior's mean. */
  double meanWeight() {
    return Math.sqrt(NegativeLogSnr.sigmaSquared(step.lessNoisy()))
        - step.stateWeight() * Math.sqrt(NegativeLogSnr.sigmaSquared(step.noisier()));
  }

  /**
   * Returns the posterior's mean.
   *
   * @param clean the pixel x
   * @param mean the encoder's mean for x
   * @param state the pixel's noisy state x_t
   */
  double posteriorMean(double clean, double mean, double state) {
    return step.cleanWeight() * clean + meanWeight() * mean + step.stateWeight() * state;
  }

  /**
   * Returns the divergence of one pixel in nats, for a reverse Gaussian of the posterior's form at
   * estimates of the pixel, of the encoder's mean and of its deviation.
   *
   * @param cleanError the pixel less its estimate
   * @param meanError the encoder's mean less its estimate
   * @param deviation the encoder's deviation, above 0
   * @param estimatedDeviation what the reverse process takes for it, above 0
   */
  double divergence(
      double cleanError, double meanError, double deviation, double estimatedDeviation) {
    double variance = step.posteriorVariance();
    double offset = step.cleanWeight() * cleanError + meanWeight() * meanError;
    return KullbackLeibler.ofGaussians(
        offset,
        variance * deviation * deviation,
        0,
        variance * estimatedDeviation * estimatedDeviation);
  }
}
