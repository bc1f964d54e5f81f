package io.stepwise.diffusion;

/**
 * A consistency function by a network: Song et al. 2023 (arXiv:2303.01469), appendix C, whose
 * boundary condition makes the function the identity at the least noise. The network is told 250
 * times the logarithm of sigma. States are {@code clean + sigma * noise}.
 *
 * @param range the noise levels of the training
 */
public record ConsistencyFunction(SigmaRange range) {

  private static final double TIMESTEP_SCALE = 250;

  /**
   * The function at a noise level: {@code x * state + out * network(inputScale * state, timestep)}.
   *
   * @param timestep what the network is told
   * @param inputScale factor on the state before the network
   * @param denoised the function's value, by the state and the network's output
   */
  public record Evaluation(double timestep, double inputScale, Prediction.OfOutput denoised) {}

  /** Returns the function at a noise level of the range. */
  public Evaluation at(double sigma) {
    double above = sigma - range.least();
    double dataVariance = range.data() * range.data();
    double rootVariance = Math.sqrt(sigma * sigma + dataVariance);
    return new Evaluation(
        TIMESTEP_SCALE * Math.log(sigma),
        1 / rootVariance,
        new Prediction.OfOutput(
            dataVariance / (above * above + dataVariance), above * range.data() / rootVariance));
  }

  /** Returns how the network is asked at any level of the range. */
  Denoiser denoiser() {
    return new Denoiser(
        Denoiser.gamma(range.least()),
        Denoiser.gamma(range.most()),
        gamma -> {
          double sigma = Denoiser.ratio(gamma);
          Evaluation evaluation = at(sigma);
          return new GridPoint(
              evaluation.timestep(),
              evaluation.inputScale(),
              new NoiseLevel(1, sigma),
              evaluation.denoised());
        });
  }

  /**
   * Returns a level of the range.
   *
   * @param share where it is, 0 for the most noise to 1 for the least
   */
  public double sigma(double share) {
    return RatioSpacing.karras(range.most(), range.least(), share, range.rho());
  }
}
