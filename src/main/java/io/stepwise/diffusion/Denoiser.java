package io.stepwise.diffusion;

import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a model of any kind is asked for the clean image at a noise level of its training, whatever
 * the scale of its own states. Here all states have unit variance: {@code x = alpha * clean + sigma
 * * noise} with {@code alpha^2 + sigma^2 = 1}, at the model's own signal-to-noise ratio. Immutable.
 */
public final class Denoiser {

  private final double leastGamma;
  private final double mostGamma;
  private final DoubleFunction<GridPoint> points;

  /**
   * Makes a denoiser.
   *
   * @param leastGamma negative log-SNR of the least noise of the training
   * @param mostGamma that of the most; may be infinite
   * @param points how the model is asked at a negative log-SNR between those
   */
  Denoiser(double leastGamma, double mostGamma, DoubleFunction<GridPoint> points) {
    if (!(leastGamma <= mostGamma)) {
      throw new IllegalArgumentException(
          "log-SNRs: %s to %s (expected: falling)".formatted(-leastGamma, -mostGamma));
    }
    this.leastGamma = leastGamma;
    this.mostGamma = mostGamma;
    this.points = points;
  }

  /** Returns the negative log-SNR of the least noise that the model was trained on. */
  public double leastGamma() {
    return leastGamma;
  }

  /** Returns the negative log-SNR of the most noise, infinite where no signal is left. */
  public double mostGamma() {
    return mostGamma;
  }

  /**
   * Returns the row that evaluates the network at a noise level.
   *
   * @param gamma negative log-SNR; beyond an end of the training the network is told that end
   * @param m what becomes of the state and the clean estimate, which is clipped to [-1, 1]
   * @param v standard deviation of the fresh noise
   * @param bounds range of the learned log-variance; null for a fixed variance
   */
  public StepRow row(double gamma, StepMatrix m, double v, @Nullable LogVarianceBounds bounds) {
    GridPoint point = points.apply(Math.max(leastGamma, Math.min(mostGamma, gamma)));
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(gamma));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(gamma));
    // the model's state by ours; by the larger of the two parts, as the other may vanish
    double scale = alpha > sigma ? point.level().alpha() / alpha : point.level().sigma() / sigma;
    return new StepRow(
        point.timestep(),
        point.inputScale() * scale,
        point.denoised().x() * scale,
        point.denoised().out(),
        1.0,
        m,
        v,
        bounds);
  }

  /** Returns the ratio of the noise's standard deviation to the signal's. */
  static double ratio(double gamma) {
    return Math.exp(gamma / 2);
  }

  /** Returns the negative log-SNR at a ratio of the noise's standard deviation to the signal's. */
  static double gamma(double ratio) {
    return 2 * Math.log(ratio);
  }
}
