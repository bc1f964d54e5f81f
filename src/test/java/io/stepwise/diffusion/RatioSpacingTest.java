package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class RatioSpacingTest {

  @ParameterizedTest
  @EnumSource(names = "TIMESTEPS", mode = EnumSource.Mode.EXCLUDE)
  void levelsFallFromTheMostToTheLeast(RatioSpacing spacing) {
    double[] ratios = spacing.ratios(14.6, 0.03, 9);

    assertThat(ratios[0]).isCloseTo(14.6, within(1e-5));
    assertThat(ratios[8]).isCloseTo(0.03, within(1e-8));
    for (int i = 1; i < 9; i++) {
      assertThat(ratios[i]).isLessThan(ratios[i - 1]);
    }
    assertThat(spacing.ratios(14.6, 0.03, 1)).hasSize(1);
  }

  @Test
  void rootsOfKarrasHaveEqualDistances() {
    double[] ratios = RatioSpacing.KARRAS.ratios(80, 0.002, 3);

    double middle = (Math.pow(80, 1 / 7.0) + Math.pow(0.002, 1 / 7.0)) / 2;
    assertThat(Math.pow(ratios[1], 1 / 7.0)).isCloseTo(middle, within(1e-12));
  }

  /** Quantiles of Beta(0.6, 0.6) as SciPy 1.17 gives them. */
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.01, 0.0008612388215429059",
    "0.1, 0.03958440558878085",
    "0.3, 0.23401700387523572",
    "0.5, 0.5",
    "0.75, 0.824319621347305",
    "0.999, 0.9999814412614826",
    "1, 1",
  })
  void betaQuantilesAreThoseOfTheDistribution(double probability, double quantile) {
    assertThat(BetaQuantile.of(probability, 0.6)).isCloseTo(quantile, within(1e-12));
  }

  @Test
  void uniformQuantilesAreTheProbabilities() {
    for (double probability = 0; probability <= 1; probability += 0.125) {
      assertThat(BetaQuantile.of(probability, 1)).isCloseTo(probability, within(1e-14));
    }
  }
}
