package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * The noise levels of a consistency model.
 *
 * <p>A clean estimate has the least noise still in it, so the level that it is noised to lacks
 * that.
 *
 * @param function what the network was trained as
 * @param noiseScale factor on the fresh noise
 * @param clips whether the clean estimate is clamped to [-1, 1]
 */
record ConsistencyGrid(ConsistencyFunction function, double noiseScale, boolean clips) {

  /** Returns the levels of a plan with this many steps. */
  NoiseGrid grid(int steps) {
    SigmaRange range = function.range();
    range.requireSteps(steps);
    int stride = range.trainTimesteps() / steps;
    List<GridPoint> points = new ArrayList<>(steps);
    for (int i = 0; i < steps; i++) {
      double share = (double) (i * stride) / (range.trainTimesteps() - 1);
      points.add(point(function.sigma(share)));
    }
    return new NoiseGrid(range.most(), points, new NoiseLevel(1, 0), clips ? 1.0 : null);
  }

  private GridPoint point(double sigma) {
    ConsistencyFunction.Evaluation evaluation = function.at(sigma);
    double least = function.range().least();
    double added = Math.sqrt(Math.max(0, (sigma - least) * (sigma + least)));
    return new GridPoint(
        evaluation.timestep(),
        evaluation.inputScale(),
        new NoiseLevel(1, noiseScale * added),
        evaluation.denoised());
  }
}
