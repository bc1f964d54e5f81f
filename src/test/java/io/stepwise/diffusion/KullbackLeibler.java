package io.stepwise.diffusion;

/** The divergence between Gaussians of one dimension in its general form, in nats. */
final class KullbackLeibler {

  private KullbackLeibler() {}

  /** Returns how far q is from p. */
  static double ofGaussians(
      double meanOfQ, double varianceOfQ, double meanOfP, double varianceOfP) {
    double offset = meanOfQ - meanOfP;
    double ratio = varianceOfQ / varianceOfP;
    return (ratio - 1 - Math.log(ratio) + offset * offset / varianceOfP) / 2;
  }
}
