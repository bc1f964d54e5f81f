package io.stepwise.study;

import io.stepwise.diffusion.Denoiser;
import io.stepwise.diffusion.NegativeLogSnr;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import java.util.ArrayList;
import java.util.List;

/**
 * The VAE that is run a thousand times: decode, add noise, decode again, with less noise each time,
 * by any decoder. For a model of betas this is the solver {@code renoising}; here the noise levels
 * are the same whatever the decoder, and a decoder that knows no level is told none.
 */
final class RenoisingLoop {

  private RenoisingLoop() {}

  /**
   * Returns the plan, whose states have unit variance.
   *
   * @param gammas negative log-SNRs of the states that are decoded, falling, 1 or more
   */
  static StepPlan plan(Denoiser decoder, double... gammas) {
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < gammas.length; i++) {
      boolean isLast = i == gammas.length - 1;
      double alpha = isLast ? 1 : Math.sqrt(NegativeLogSnr.alphaBar(gammas[i + 1]));
      double sigma = isLast ? 0 : Math.sqrt(NegativeLogSnr.sigmaSquared(gammas[i + 1]));
      rows.add(row(decoder, gammas[i], StepMatrix.of(new double[] {0, 0, alpha}), sigma));
    }
    return new StepPlan(1, 0, rows);
  }

  /** Returns the row that decodes a state at a level. */
  static StepRow row(Denoiser decoder, double gamma, StepMatrix m, double noise) {
    boolean knowsLevels = decoder.leastGamma() < decoder.mostGamma();
    return decoder.row(knowsLevels ? gamma : decoder.leastGamma(), m, noise, null);
  }
}
