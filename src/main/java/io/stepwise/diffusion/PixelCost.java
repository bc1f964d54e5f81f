package io.stepwise.diffusion;

/**
 * What one pixel costs in a bound, and how that changes with what a network says of it.
 *
 * @param nats the cost
 * @param estimateSlope its derivative by the estimate of the clean pixel
 * @param logVarianceSlope its derivative by the logarithm of the variance
 */
public record PixelCost(double nats, double estimateSlope, double logVarianceSlope) {

  /** A cost as a function of the pixel and of what a network says of it. */
  @FunctionalInterface
  public interface Function {

    /**
     * Returns the cost.
     *
     * @param clean the pixel, -1 to 1
     * @param estimate the estimate of it
     * @param logVariance logarithm of the variance of the Gaussian that follows from the estimate
     */
    PixelCost of(double clean, double estimate, double logVariance);
  }
}
