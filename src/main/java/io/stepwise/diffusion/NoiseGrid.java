package io.stepwise.diffusion;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The noise levels of one plan, which is all that a {@link GridSolver} needs to know of a model.
 *
 * @param initialScale standard deviation of the first state
 * @param points where the network is evaluated, the noisiest first
 * @param end the level that the last step leads to
 * @param clip bound of the clean estimate; null for none
 */
record NoiseGrid(
    double initialScale, List<GridPoint> points, NoiseLevel end, @Nullable Double clip) {

  NoiseGrid {
    points = List.copyOf(points);
  }

  /** Returns the number of steps, which is the number of points. */
  int steps() {
    return points.size();
  }

  /** Returns the level of a point, or the end for the index after the last point. */
  NoiseLevel level(int index) {
    return index == points.size() ? end : points.get(index).level();
  }

  /** Returns how much half the log-SNR grows from a point to the next; infinite to a clean end. */
  double logSnrStep(int index) {
    return level(index + 1).logSnr() - level(index).logSnr();
  }

  /** Returns the estimate of the noise at a point, as a form of the state and the output. */
  LinearForm noise(int index, int history) {
    NoiseLevel level = level(index);
    Prediction.OfOutput denoised = points.get(index).denoised();
    double onState = (1 - level.alpha() * denoised.x()) / level.sigma();
    return LinearForm.of(onState, -level.alpha() * denoised.out() / level.sigma(), 0, history);
  }

  /**
   * Returns {@code (x - denoised) / sigma} at a point, the slope of the probability-flow ODE; by
   * the output where nothing is clipped, since the difference loses digits where sigma is small.
   */
  LinearForm slope(int index, int history) {
    double sigma = level(index).sigma();
    Prediction.OfOutput denoised = points.get(index).denoised();
    return clip == null
        ? LinearForm.of((1 - denoised.x()) / sigma, -denoised.out() / sigma, 0, history)
        : LinearForm.of(1 / sigma, 0, -1 / sigma, history);
  }

  /** Returns the row that evaluates the network at a point. */
  StepRow row(int index, StepMatrix m, double v) {
    GridPoint point = points.get(index);
    return new StepRow(
        point.timestep(),
        point.inputScale(),
        point.denoised().x(),
        point.denoised().out(),
        clip,
        m,
        v,
        null);
  }

  /**
   * Checks that no two points have the same level, between which a multistep method would divide by
   * zero.
   *
   * @throws IllegalArgumentException if two points have the same level
   */
  NoiseGrid requireDistinctLevels() {
    for (int i = 1; i < points.size(); i++) {
      if (points.get(i).level().equals(points.get(i - 1).level())) {
        throw new IllegalArgumentException(
            "steps: %d (expected: fewer, since two of them would have the noise level of timestep %s)"
                .formatted(steps(), points.get(i).timestep()));
      }
    }
    return this;
  }
}
