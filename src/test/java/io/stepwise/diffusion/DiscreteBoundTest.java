package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DiscreteBoundTest {

  private static final int TIMESTEPS = 20;

  private static DiscreteBound bound(String varianceType) {
    return SchedulerConfig.parse(
            Map.of(
                "_class_name",
                "DDPMScheduler",
                "num_train_timesteps",
                TIMESTEPS,
                "beta_schedule",
                "squaredcos_cap_v2",
                "variance_type",
                varianceType))
        .discreteBound();
  }

  /** The estimate is wrong by more the noisier the state. */
  private static double offset(int timestep) {
    return 0.02 * timestep;
  }

  private static double termsAfterTheFirst(DiscreteBound bound) {
    double sum = 0;
    for (int t = 1; t < TIMESTEPS; t++) {
      DiscreteBound.Term term = bound.term(t);
      sum += term.cost().of(0.3, 0.3 + offset(t), term.logVariance().low()).nats();
    }
    return sum;
  }

  @Test
  void termsOfAFixedVarianceSumToTheDiffusionTermOfTheGrid() {
    LikelihoodGrid grid =
        LikelihoodGrid.ofTimesteps(bound("fixed_small").schedule(), TIMESTEPS - 1);
    double[] errors = new double[TIMESTEPS - 1];
    for (int t = 1; t < TIMESTEPS; t++) {
      errors[t - 1] = offset(t) * offset(t);
    }
    DiffusionTerms terms = new DiffusionTerms(grid, errors);

    assertThat(termsAfterTheFirst(bound("fixed_small")))
        .isCloseTo(terms.fixedSmall(TIMESTEPS - 1), within(1e-9));
    assertThat(termsAfterTheFirst(bound("fixed_large")))
        .isCloseTo(terms.fixedLarge(TIMESTEPS - 1), within(1e-9));
  }

  @Test
  void firstTermIsTheLikelihoodWithTheVarianceOfTheNextTimestep() {
    DiscreteBound.Term first = bound("fixed_large").term(0);
    double logVariance = bound("fixed_small").term(1).logVariance().low();

    assertThat(first.logVariance().low()).isEqualTo(logVariance);
    assertThat(first.cost().of(PixelBins.centre(40), -0.68, logVariance).nats())
        .isEqualTo(PixelLikelihood.discretizedGaussian(40, -0.68, Math.exp(logVariance / 2)));
  }

  @Test
  void learntVarianceLiesBetweenTheFixedOnes() {
    for (int t = 0; t < TIMESTEPS; t++) {
      LogVarianceBounds range = bound("learned_range").term(t).logVariance();
      assertThat(range.low()).isEqualTo(bound("fixed_small").term(t).logVariance().low());
      assertThat(range.high()).isGreaterThan(range.low());
      if (t > 0) {
        assertThat(range.high()).isEqualTo(bound("fixed_large").term(t).logVariance().low());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 100, -0.2, -7",
    "0, 0, -0.95, -6",
    "0, 255, 0.6, -5",
    "0, 30, 0.9, -9",
    "0, 128, 0, 2",
    "1, 100, -0.2, -6",
    "19, 0, 0.4, -1"
  })
  void slopesAreThoseOfTheCost(int timestep, int level, double estimate, double logVariance) {
    PixelCost.Function cost = bound("learned_range").term(timestep).cost();
    double clean = PixelBins.centre(level);

    PixelCost found = cost.of(clean, estimate, logVariance);

    assertThat(found.estimateSlope())
        .isCloseTo(
            slope(x -> cost.of(clean, x, logVariance).nats(), estimate),
            within(1e-5 * (1 + Math.abs(found.estimateSlope()))));
    assertThat(found.logVarianceSlope())
        .isCloseTo(
            slope(x -> cost.of(clean, estimate, x).nats(), logVariance),
            within(1e-5 * (1 + Math.abs(found.logVarianceSlope()))));
  }

  private static double slope(DoubleUnaryOperator function, double x) {
    double step = 1e-5;
    return (function.applyAsDouble(x + step) - function.applyAsDouble(x - step)) / (2 * step);
  }

  @Test
  void modelOfOneTimestepIsRefused() {
    SchedulerConfig single =
        SchedulerConfig.parse(Map.of("_class_name", "DDPMScheduler", "num_train_timesteps", 1));

    assertThatThrownBy(single::discreteBound)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_train_timesteps: 1 (expected: >= 2)");
  }
}
