package io.stepwise.diffusion;

/**
 * One noise level: {@code x = alpha * clean + sigma * noise}.
 *
 * @param alpha factor on the clean image, 0 or more
 * @param sigma standard deviation of the noise, 0 or more
 */
record NoiseLevel(double alpha, double sigma) {

  /** Returns the level of unit variance with this ratio of noise to signal. */
  static NoiseLevel ofRatio(double ratio) {
    double alpha = 1 / Math.sqrt(ratio * ratio + 1);
    return new NoiseLevel(alpha, ratio * alpha);
  }

  /** Returns half the logarithm of the signal-to-noise ratio; infinite without noise. */
  double logSnr() {
    return Math.log(alpha) - Math.log(sigma);
  }

  boolean isClean() {
    return sigma == 0;
  }
}
