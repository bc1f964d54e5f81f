package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * The noise levels of a consistency model: Song et al. 2023 (arXiv:2303.01469), appendix C, whose
 * boundary condition makes the function the identity at the least noise. The network is told 250
 * times the logarithm of sigma.
 *
 * <p>A clean estimate has the least noise still in it, so the level that it is noised to lacks
 * that.
 *
 * @param range the noise levels of the training
 * @param noiseScale factor on the fresh noise
 * @param clips whether the clean estimate is clamped to [-1, 1]
 */
record ConsistencyGrid(SigmaRange range, double noiseScale, boolean clips) {

  private static final double TIMESTEP_SCALE = 250;

  /** Returns the levels of a plan with this many steps. */
  NoiseGrid grid(int steps) {
    range.requireSteps(steps);
    int stride = range.trainTimesteps() / steps;
    List<GridPoint> points = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      double share = (double) (i * stride) / (range.trainTimesteps() - 1);
      points.add(point(RatioSpacing.karras(range.most(), range.least(), share, range.rho())));
    }
    return new NoiseGrid(range.most(), points, new NoiseLevel(1, 0), clips ? 1.0 : null);
  }

  private GridPoint point(double sigma) {
    double above = sigma - range.least();
    double dataVariance = range.data() * range.data();
    double rootVariance = Math.sqrt(sigma * sigma + dataVariance);
    double added = Math.sqrt(Math.max(0, above * (sigma + range.least())));
    return new GridPoint(
        TIMESTEP_SCALE * Math.log(sigma),
        1 / rootVariance,
        new NoiseLevel(1, noiseScale * added),
        new Prediction.OfOutput(
            dataVariance / (above * above + dataVariance), above * range.data() / rootVariance));
  }
}
