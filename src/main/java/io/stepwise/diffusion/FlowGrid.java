package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The noise levels of a flow-matching model, {@code x = (1 - sigma) clean + sigma noise}, whose
 * network is told {@code T sigma}: diffusers' flow-matching schedulers.
 *
 * <p>As in diffusers the least sigma is shifted twice: as that of the training and as that of the
 * plan.
 *
 * @param trainTimesteps T
 * @param shift how far the levels are shifted to more noise, 1 for not at all: Esser et al. 2024
 *     (arXiv:2403.03206), equation 23
 * @param terminal level to which the last one is stretched; null for none
 * @param spacing where the levels lie
 * @param most the first level with a spacing of its own; null for that without it
 * @param least the last level with a spacing of its own; null for that without it
 */
record FlowGrid(
    int trainTimesteps,
    double shift,
    @Nullable Double terminal,
    RatioSpacing spacing,
    @Nullable Double most,
    @Nullable Double least) {

  /** Returns the levels of a plan with this many steps, which ends at the clean image. */
  NoiseGrid grid(int steps) {
    if (steps < 1 || steps > trainTimesteps) {
      throw new IllegalArgumentException(
          "steps: " + steps + " (expected: 1 to " + trainTimesteps + ")");
    }
    double[] sigmas = shifted(steps);
    if (terminal != null) {
      double scale = (1 - sigmas[steps - 1]) / (1 - terminal);
      sigmas = Arrays.stream(sigmas).map(sigma -> 1 - (1 - sigma) / scale).toArray();
    }
    if (spacing != RatioSpacing.TIMESTEPS) {
      double first = most == null ? sigmas[0] : most;
      sigmas = spacing.ratios(first, least == null ? sigmas[steps - 1] : least, steps);
    }
    List<GridPoint> points = new ArrayList<>(steps);
    for (double sigma : sigmas) {
      points.add(point((float) sigma));
    }
    return new NoiseGrid(1, points, new NoiseLevel(1, 0), null);
  }

  /** Returns how the network is asked at any level between the first and the last timestep. */
  Denoiser denoiser() {
    double least = 1.0 / trainTimesteps;
    return new Denoiser(
        Denoiser.gamma(least / (1 - least)),
        Denoiser.gamma((1 - least) / least),
        gamma -> {
          double ratio = Denoiser.ratio(gamma);
          return point((float) (ratio / (1 + ratio)));
        });
  }

  private double[] shifted(int steps) {
    float unshifted = 1f / trainTimesteps;
    float shifted = (float) shift * unshifted / (1 + (float) (shift - 1) * unshifted);
    double smallest = (double) shifted * trainTimesteps;
    double largest = trainTimesteps;
    double[] sigmas = new double[steps];
    for (int i = 0; i < steps; i++) {
      double share = RatioSpacing.share(i, steps);
      double time = share == 1 ? smallest : largest + share * (smallest - largest);
      sigmas[i] = shift(time / trainTimesteps);
    }
    return sigmas;
  }

  private double shift(double sigma) {
    return shift * sigma / (1 + (shift - 1) * sigma);
  }

  private GridPoint point(float sigma) {
    NoiseLevel level = new NoiseLevel(1 - (double) sigma, sigma);
    return new GridPoint(
        sigma * trainTimesteps, 1, level, Prediction.FLOW.denoised(level.alpha(), level.sigma()));
  }
}
