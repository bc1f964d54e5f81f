package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * The noise levels of a denoiser with the preconditioning of EDM: Karras et al. 2022
 * (arXiv:2206.00364), table 1. The state is {@code x = clean + sigma noise} and the network is told
 * a quarter of the logarithm of sigma.
 *
 * <p>As in diffusers the first state has a standard deviation of {@code sqrt(sigmaMax^2 + 1)}.
 *
 * @param range the noise levels of the training
 * @param isExponential whether the levels have equal distances in log-SNR, or else in the root of
 *     the range's rho
 * @param outputSign 1, or -1 for a network that predicts a velocity
 * @param endsClean whether the last step leads to the clean image, or else to the least level
 */
record EdmGrid(SigmaRange range, boolean isExponential, int outputSign, boolean endsClean) {

  private enum Schedule {
    KARRAS,
    EXPONENTIAL
  }

  static EdmGrid of(SchedulerFields fields) {
    Schedule schedule = fields.choice(SchedulerField.SIGMA_SCHEDULE, Schedule.class);
    int sign =
        switch (fields.text(SchedulerField.PREDICTION_TYPE)) {
          case "epsilon" -> 1;
          case "v_prediction" -> -1;
          default -> throw fields.refuse(SchedulerField.PREDICTION_TYPE, "epsilon or v_prediction");
        };
    return new EdmGrid(
        SigmaRange.of(fields, 1),
        schedule == Schedule.EXPONENTIAL,
        sign,
        FinalSigma.isZero(fields));
  }

  /** Returns the levels of a plan with this many steps. */
  NoiseGrid grid(int steps) {
    range.requireSteps(steps);
    List<GridPoint> points = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      double share = RatioSpacing.share(i, steps);
      double sigma =
          isExponential
              ? RatioSpacing.EXPONENTIAL.ratio(range.most(), range.least(), share)
              : RatioSpacing.karras(range.most(), range.least(), share, range.rho());
      points.add(point((float) sigma));
    }
    double end = endsClean ? 0 : (float) range.least();
    double initialScale = Math.sqrt(range.most() * range.most() + 1);
    return new NoiseGrid(initialScale, points, new NoiseLevel(1, end), null);
  }

  /** Returns how the network is asked at any level of the range. */
  Denoiser denoiser() {
    return new Denoiser(
        Denoiser.gamma(range.least()),
        Denoiser.gamma(range.most()),
        gamma -> point(Denoiser.ratio(gamma)));
  }

  private GridPoint point(double sigma) {
    double dataVariance = range.data() * range.data();
    double variance = sigma * sigma + dataVariance;
    double onOutput = outputSign * sigma * range.data() / Math.sqrt(variance);
    return new GridPoint(
        (float) (Math.log(sigma) / 4),
        1 / Math.sqrt(variance),
        new NoiseLevel(1, sigma),
        new Prediction.OfOutput(dataVariance / variance, onOutput));
  }
}
