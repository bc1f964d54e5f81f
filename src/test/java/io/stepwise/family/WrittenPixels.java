package io.stepwise.family;

import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;

/** What decoded pixels cost, written out by hand. */
final class WrittenPixels {

  private WrittenPixels() {}

  /** Returns the mean cost in nats, the Gaussian's variance being the mean squared error. */
  static double nats(double[] pixels, double[] estimates) {
    double variance = 0;
    for (int k = 0; k < pixels.length; k++) {
      variance += Math.pow(estimates[k] - pixels[k], 2) / pixels.length;
    }
    double nats = 0;
    for (int k = 0; k < pixels.length; k++) {
      nats +=
          PixelLikelihood.discretizedGaussian(
                  PixelBins.level(pixels[k]), estimates[k], Math.sqrt(variance))
              / pixels.length;
    }
    return nats;
  }
}
