package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Denoising diffusion implicit sampling: Song et al. 2021 (arXiv:2010.02502), equations 12 and 16.
 * One evaluation a step.
 *
 * <p>As in diffusers, a step leads T / n timesteps down (rounded down) whatever the next timestep
 * of the plan is. The direction to the state is the network's own noise estimate, also where the
 * clean estimate was clipped, unless the noise is derived again from the clipped estimate. Strong
 * guidance needs the latter: otherwise what the clip cut off the image stays in the noise.
 *
 * @param eta share of ancestral noise: 0 deterministic, 1 as much as {@link DdpmSolver} with the
 *     small variance, more as long as the noise of every step fits into the level it leads to
 * @param endsClean whether a step below timestep 0 leads to the clean image, or else to timestep 0
 * @param derivesNoise whether the noise is what the clipped estimate leaves of the state, as with
 *     diffusers' {@code use_clipped_model_output}
 */
record DdimSolver(double eta, boolean endsClean, boolean derivesNoise) implements Solver {

  private static final double ROUNDING = 1e-9;

  DdimSolver(double eta, boolean endsClean) {
    this(eta, endsClean, false);
  }

  DdimSolver {
    if (!(eta >= 0 && Double.isFinite(eta))) {
      throw new IllegalArgumentException("eta: " + eta + " (expected: >= 0)");
    }
  }

  /** One step from the level of a timestep to another level. */
  private record Jump(int timestep, double alphaBar, double nextAlphaBar) {

    /** Returns the variance that an ancestral step draws. */
    double ancestralVariance() {
      double lost = alphaBar == nextAlphaBar ? 0 : 1 - alphaBar / nextAlphaBar;
      return lost * (1 - nextAlphaBar) / (1 - alphaBar);
    }

    double largestEta() {
      double variance = ancestralVariance();
      return variance > 0 ? Math.sqrt((1 - nextAlphaBar) / variance) : Double.POSITIVE_INFINITY;
    }
  }

  @Override
  public StepPlan plan(DiscreteModel model, int steps) {
    int stride = model.schedule().trainTimesteps() / Math.max(1, steps);
    List<Jump> jumps = new ArrayList<>();
    for (int timestep : model.timesteps(steps)) {
      double alphaBar = model.schedule().alphaBar(timestep);
      jumps.add(new Jump(timestep, alphaBar, alphaBar(model.schedule(), timestep - stride)));
    }
    requireRoomForNoise(jumps);
    return new StepPlan(1, 0, jumps.stream().map(jump -> row(model, jump)).toList());
  }

  private double alphaBar(NoiseSchedule schedule, int timestep) {
    if (timestep >= 0) {
      return schedule.alphaBar(timestep);
    }
    return endsClean ? 1 : schedule.alphaBar(0);
  }

  private void requireRoomForNoise(List<Jump> jumps) {
    double largest = jumps.stream().mapToDouble(Jump::largestEta).min().orElseThrow();
    if (eta > largest * (1 + ROUNDING)) {
      throw new IllegalArgumentException(
          "eta: %s (expected: 0 to %s with %d steps)"
              .formatted(eta, Math.floor(largest * 1e4) / 1e4, jumps.size()));
    }
  }

  private StepRow row(DiscreteModel model, Jump jump) {
    double variance = eta * eta * jump.ancestralVariance();
    double direction = Math.sqrt(Math.max(0, 1 - jump.nextAlphaBar() - variance));
    double alpha = Math.sqrt(jump.alphaBar());
    double sigma = model.schedule().sigma(jump.timestep());
    double nextAlpha = Math.sqrt(jump.nextAlphaBar());
    double[] next;
    if (derivesNoise) {
      next = new double[] {direction / sigma, 0, nextAlpha - direction * alpha / sigma};
    } else {
      Prediction.OfOutput noise = model.prediction().noise(alpha, sigma);
      next = new double[] {direction * noise.x(), direction * noise.out(), nextAlpha};
    }
    return model.row(jump.timestep(), StepMatrix.of(next), Math.sqrt(variance), null);
  }
}
