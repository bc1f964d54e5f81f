package io.stepwise.diffusion;

/**
 * The range in which a network with learned variance interpolates the logarithm of a step's noise
 * variance, element by element: Nichol and Dhariwal 2021 (arXiv:2102.09672), equation 15.
 *
 * @param low log-variance where the network's variance channel is -1
 * @param high log-variance where it is 1
 */
public record LogVarianceBounds(double low, double high) {

  /** Checks that both ends are finite. */
  public LogVarianceBounds {
    if (!Double.isFinite(low) || !Double.isFinite(high)) {
      throw new IllegalArgumentException(
          "log-variance bounds: [" + low + ", " + high + "] (expected: finite numbers)");
    }
  }
}
