package io.stepwise.family;

/**
 * How long an optimizer remembers gradients: Kingma and Ba 2015 (arXiv:1412.6980).
 *
 * @param first decay of the running mean of the gradient, 0 to below 1
 * @param second decay of the running mean of its square, 0 to below 1
 */
public record Momentum(double first, double second) {

  /** That of the paper. */
  public static final Momentum USUAL = new Momentum(0.9, 0.999);

  /** That of networks whose goals move against each other: Karras et al. 2018 (1710.10196). */
  static final Momentum ADVERSARIAL = new Momentum(0, 0.99);
}
