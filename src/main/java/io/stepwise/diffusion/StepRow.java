package io.stepwise.diffusion;

import org.jspecify.annotations.Nullable;

/**
 * One step of a sampler as numbers:
 *
 * <pre>
 *   out      = network(inputScale * x, timestep, condition)
 *   denoised = clip(p * x + q * out)
 *   (x', h') = m * (x, out, denoised, h) + v * z       the noise enters x' alone
 * </pre>
 *
 * @param timestep what the network is told of the noise level, in the units it was trained with
 * @param inputScale factor on x before the network
 * @param p factor on x in the estimate of the clean image
 * @param q factor on the network's output in that estimate
 * @param clip bound c of the clean estimate, which is clamped to [-c, c]; null for none
 * @param m the matrix that makes the next state and history
 * @param v standard deviation of the fresh noise, 0 for none; with learned variance the factor on
 *     the learned standard deviation
 * @param logVarianceBounds range of the learned log-variance; null for a fixed variance
 */
public record StepRow(
    double timestep,
    double inputScale,
    double p,
    double q,
    @Nullable Double clip,
    StepMatrix m,
    double v,
    @Nullable LogVarianceBounds logVarianceBounds) {

  /** Checks that every coefficient is finite and that clip and v are in range. */
  public StepRow {
    requireFinite("timestep", timestep);
    requireFinite("inputScale", inputScale);
    requireFinite("p", p);
    requireFinite("q", q);
    requireFinite("v", v);
    if (clip != null && !(clip > 0 && Double.isFinite(clip))) {
      throw new IllegalArgumentException("clip: " + clip + " (expected: > 0)");
    }
    if (v < 0) {
      throw new IllegalArgumentException("v: " + v + " (expected: >= 0)");
    }
  }

  /** Returns whether the step draws fresh noise. */
  public boolean isNoisy() {
    return v > 0;
  }

  private static void requireFinite(String name, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: a finite number)");
    }
  }
}
