package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * Noise levels whose network is ideal for pixels that are independent N(mean, variance): it outputs
 * the mean of the clean image given the state, and its timesteps are the indices of the levels.
 *
 * @param mean mean of the clean pixels
 * @param variance their variance
 * @param levels the levels that a plan visits and then the one that it ends at
 */
record GaussianGrid(double mean, double variance, List<NoiseLevel> levels) {

  /** Returns n steps between two values of a smooth parameter of the levels. */
  static GaussianGrid of(int steps, double from, double to, DoubleFunction<NoiseLevel> level) {
    List<NoiseLevel> levels = new ArrayList<>();
    for (int i = 0; i <= steps; i++) {
      levels.add(level.apply(i == steps ? to : from + i * (to - from) / steps));
    }
    return new GaussianGrid(0.3, 0.25, levels);
  }

  /** Returns the level of unit variance with this half log-SNR. */
  static NoiseLevel variancePreserving(double halfLogSnr) {
    return NoiseLevel.ofRatio(Math.exp(-halfLogSnr));
  }

  /** Returns the level of unit signal with this root of sigma, as the levels of EDM are spaced. */
  static NoiseLevel varianceExploding(double root) {
    return new NoiseLevel(1, Math.pow(root, 7));
  }

  /** Returns the level on the straight path from data to noise. */
  static NoiseLevel flow(double sigma) {
    return new NoiseLevel(1 - sigma, sigma);
  }

  /** Returns the levels as a solver sees them; the first state has the variance of its level. */
  NoiseGrid grid() {
    List<GridPoint> points = new ArrayList<>();
    for (int i = 0; i < levels.size() - 1; i++) {
      points.add(new GridPoint(i, 1, levels.get(i), new Prediction.OfOutput(0, 1)));
    }
    return new NoiseGrid(1, points, levels.get(levels.size() - 1), null);
  }

  /** Returns the factors (slope, offset) of the clean estimate on the state at a level. */
  double[] denoiser(int index) {
    NoiseLevel level = levels.get(index);
    double slope = level.alpha() * variance / stateVariance(level);
    return new double[] {slope, mean * (1 - slope * level.alpha())};
  }

  /** Returns the output of the ideal network. */
  double[] output(double[] x, double index) {
    double[] factors = denoiser((int) index);
    double[] out = new double[x.length];
    for (int e = 0; e < x.length; e++) {
      out[e] = factors[0] * x[e] + factors[1];
    }
    return out;
  }

  double stateVariance(NoiseLevel level) {
    return level.alpha() * level.alpha() * variance + level.sigma() * level.sigma();
  }

  /** Returns where the probability-flow ODE takes a state of the first level. */
  double flowEndpoint(double x) {
    NoiseLevel first = levels.get(0);
    NoiseLevel last = levels.get(levels.size() - 1);
    double standardised = (x - first.alpha() * mean) / Math.sqrt(stateVariance(first));
    return last.alpha() * mean + Math.sqrt(stateVariance(last)) * standardised;
  }

  /** Returns a plan's largest error against the exact flow, over states within two deviations. */
  double flowError(GridSolver solver) {
    PlanInterpreter interpreter = new PlanInterpreter(solver.plan(grid()), this::output);
    NoiseLevel first = levels.get(0);
    double worst = 0;
    for (double z = -2; z <= 2; z += 0.25) {
      double x = first.alpha() * mean + z * Math.sqrt(stateVariance(first));
      worst = Math.max(worst, Math.abs(interpreter.endWithoutNoise(x)[0] - flowEndpoint(x)));
    }
    return worst;
  }
}
