package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What DPM-Solver takes its Taylor series of, in half the log-SNR, and whether it solves the ODE or
 * the SDE: Lu et al. 2022 (arXiv:2206.00927 for the noise, arXiv:2211.01095 for the clean image).
 */
enum DpmAlgorithm {
  /** The ODE by the clean image, DPM-Solver++. */
  DATA("dpmsolver++") {
    @Override
    Coefficients coefficients(NoiseLevel from, NoiseLevel to, boolean usesMidpoint) {
      double h = to.logSnr() - from.logSnr();
      double decay = Math.expm1(-h);
      double zeroth = -to.alpha() * decay;
      double linear = h == 0 ? 0 : to.alpha() * (decay / h + 1);
      double quadratic = h == 0 ? 0 : -to.alpha() * ((decay + h) / (h * h) - 0.5);
      return new Coefficients(
          to.sigma() / from.sigma(),
          zeroth,
          usesMidpoint ? zeroth / 2 : linear,
          linear,
          quadratic,
          0);
    }
  },
  /** The SDE by the clean image. */
  DATA_SDE("sde-dpmsolver++") {
    @Override
    Coefficients coefficients(NoiseLevel from, NoiseLevel to, boolean usesMidpoint) {
      double h = 2 * (to.logSnr() - from.logSnr());
      double decay = Math.expm1(-h);
      double zeroth = -to.alpha() * decay;
      double linear = h == 0 ? 0 : to.alpha() * (decay / h + 1);
      // diffusers subtracts the half that the series has to add, so order 3 converges like order 1.
      double quadratic = h == 0 ? 0 : to.alpha() * ((-decay - h) / (h * h) - 0.5);
      return new Coefficients(
          to.sigma() / from.sigma() * Math.exp(-h / 2),
          zeroth,
          usesMidpoint ? zeroth / 2 : linear,
          linear,
          quadratic,
          to.sigma() * Math.sqrt(Math.max(0, -decay)));
    }
  },
  /** The ODE by the noise, DPM-Solver. */
  NOISE("dpmsolver") {
    @Override
    Coefficients coefficients(NoiseLevel from, NoiseLevel to, boolean usesMidpoint) {
      double h = to.logSnr() - from.logSnr();
      double growth = Math.expm1(h);
      double zeroth = -to.sigma() * growth;
      double linear = h == 0 ? 0 : -to.sigma() * (growth / h - 1);
      double quadratic = h == 0 ? 0 : -to.sigma() * ((growth - h) / (h * h) - 0.5);
      return new Coefficients(
          to.alpha() / from.alpha(),
          zeroth,
          usesMidpoint ? zeroth / 2 : linear,
          linear,
          quadratic,
          0);
    }
  },
  /** The SDE by the noise, up to order 2. */
  NOISE_SDE("sde-dpmsolver") {
    @Override
    Coefficients coefficients(NoiseLevel from, NoiseLevel to, boolean usesMidpoint) {
      Coefficients ode = NOISE.coefficients(from, to, usesMidpoint);
      double h = to.logSnr() - from.logSnr();
      return new Coefficients(
          ode.state(),
          2 * ode.zeroth(),
          2 * ode.difference(),
          2 * ode.linear(),
          2 * ode.quadratic(),
          to.sigma() * Math.sqrt(Math.max(0, Math.expm1(2 * h))));
    }
  };

  private final String fieldValue;

  DpmAlgorithm(String fieldValue) {
    this.fieldValue = fieldValue;
  }

  /**
   * The factors of one step from a level to another.
   *
   * @param state on x
   * @param zeroth on the newest estimate
   * @param difference on its first difference, at order 2
   * @param linear on its first derivative, at order 3
   * @param quadratic on its second derivative, at order 3
   * @param noise on the fresh noise
   */
  record Coefficients(
      double state,
      double zeroth,
      double difference,
      double linear,
      double quadratic,
      double noise) {}

  /**
   * Returns the factors of one step.
   *
   * @param usesMidpoint whether the second order is the midpoint rule, or else Heun's
   */
  abstract Coefficients coefficients(NoiseLevel from, NoiseLevel to, boolean usesMidpoint);

  /** Returns whether the series is of the clean image, or else of the noise. */
  boolean estimatesData() {
    return this == DATA || this == DATA_SDE;
  }

  static List<String> fieldValues() {
    return Arrays.stream(values()).map(algorithm -> algorithm.fieldValue).toList();
  }

  /** Returns the algorithm that diffusers calls by this name, where "deis" stands for the first. */
  static @Nullable DpmAlgorithm ofFieldValue(String fieldValue) {
    for (DpmAlgorithm algorithm : values()) {
      if (algorithm.fieldValue.equals(fieldValue)) {
        return algorithm;
      }
    }
    return fieldValue.equals("deis") ? DATA : null;
  }
}
