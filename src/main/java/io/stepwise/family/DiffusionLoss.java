package io.stepwise.family;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the network of a {@link Family#DDPM} is trained to make small. */
public enum DiffusionLoss {
  /** The error of its output at all timesteps alike: Ho et al. 2020, equation 14. */
  SIMPLE,
  /**
   * The variational bound, its timesteps drawn by how large their terms are: Nichol and Dhariwal
   * 2021 (arXiv:2102.09672), section 3.3.
   */
  VLB,
  /** The simple loss for the mean and a thousandth of the bound for the variance: ibid., eq. 16. */
  HYBRID;

  /** Returns the loss of this name. */
  public static DiffusionLoss of(String name) {
    return Arrays.stream(values())
        .filter(loss -> loss.fieldValue().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "loss: %s (expected: one of %s)"
                        .formatted(
                            name,
                            Arrays.stream(values())
                                .map(DiffusionLoss::fieldValue)
                                .collect(Collectors.joining(", ")))));
  }

  /** Returns the loss's name on the command line. */
  public String fieldValue() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Refuses a loss that would leave a network's variance untrained, or has none to train. */
  void requireVariance(boolean isLearned) {
    boolean fits = this == VLB || isLearned == (this == HYBRID);
    if (!fits) {
      throw new IllegalArgumentException(
          "loss: %s (expected: %s, as the variance is %s)"
              .formatted(
                  fieldValue(),
                  isLearned ? "vlb or hybrid" : "simple or vlb",
                  isLearned ? "learnt" : "fixed"));
    }
  }
}
