package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PixelLikelihoodTest {

  @Test
  void uniformModelCostsEightBits() {
    // Without any signal the categorical decoder finds all levels equally likely.
    assertThat(PixelLikelihood.bits(PixelLikelihood.categorical(200, .3, 60)))
        .isCloseTo(8, within(1e-12));
  }

  @Test
  void probabilitiesOfAllLevelsSumToOne() {
    for (double deviation : new double[] {1e-3, .02, .5, 3}) {
      double gaussian = 0;
      double categorical = 0;
      for (int level = 0; level < PixelBins.LEVELS; level++) {
        gaussian += Math.exp(-PixelLikelihood.discretizedGaussian(level, .31, deviation));
        categorical += Math.exp(-PixelLikelihood.categorical(level, .31, 2 * Math.log(deviation)));
      }
      assertThat(gaussian).isCloseTo(1, within(1e-12));
      assertThat(categorical).isCloseTo(1, within(1e-12));
    }
  }

  @Test
  void levelFarInTheTailCostsItsDistanceAndNoMore() {
    // 100 deviations out, where a probability in double is 0: z^2 / 2 + ln(z sqrt(2 pi)), less the
    // share of the next bins
    double deviation = 1e-2;
    double mean = PixelBins.centre(0);
    double z = (PixelBins.centre(128) - PixelBins.HALF_WIDTH - mean) / deviation;
    double expected = z * z / 2 + Math.log(z * Math.sqrt(2 * Math.PI));
    assertThat(PixelLikelihood.discretizedGaussian(128, mean, deviation))
        .isCloseTo(expected, within(1e-3));
    assertThat(PixelLikelihood.discretizedGaussian(127, -PixelBins.centre(0), deviation))
        .isCloseTo(expected, within(1e-3));
  }

  @Test
  void levelAtTheMeanOfASharpDecoderCostsNothing() {
    double centre = PixelBins.centre(77);
    assertThat(PixelLikelihood.discretizedGaussian(77, centre, 1e-4)).isCloseTo(0, within(1e-12));
    assertThat(PixelLikelihood.categorical(77, centre, -20)).isNotNegative();
  }

  @Test
  void everyLevelIsFoundAtItsCentre() {
    for (int level = 0; level < PixelBins.LEVELS; level++) {
      assertThat(PixelBins.level(PixelBins.centre(level))).isEqualTo(level);
    }
    assertThat(PixelBins.centre(0)).isEqualTo(-1);
    assertThat(PixelBins.centre(255)).isEqualTo(1);
  }

  @Test
  void priorCostsNothingWithoutSignal() {
    assertThat(GaussianDivergence.fromPrior(.8, Double.POSITIVE_INFINITY)).isZero();
    double alphaBar = NegativeLogSnr.alphaBar(5);
    assertThat(GaussianDivergence.fromPrior(.8, 5))
        .isCloseTo(
            KullbackLeibler.ofGaussians(Math.sqrt(alphaBar) * .8, 1 - alphaBar, 0, 1),
            within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"-13.3, 0, 0.4", "-11, 128, 1.7", "-9, 255, -2.5", "-6, 3, 0.2", "1, 77, -0.9"})
  void slopesByGammaAreThoseOfTheCosts(double gamma, int level, double noise) {
    double step = 1e-5;
    GammaCost categorical = PixelLikelihood.categoricalCost(level, noise, gamma);
    double rise =
        PixelLikelihood.categoricalCost(level, noise, gamma + step).nats()
            - PixelLikelihood.categoricalCost(level, noise, gamma - step).nats();
    assertThat(categorical.gammaSlope()).isCloseTo(rise / (2 * step), within(1e-6));
    double clean = PixelBins.centre(level);
    GammaCost prior = GaussianDivergence.priorCost(clean, gamma);
    double fall =
        GaussianDivergence.fromPrior(clean, gamma + step)
            - GaussianDivergence.fromPrior(clean, gamma - step);
    assertThat(prior.gammaSlope()).isCloseTo(fall / (2 * step), within(1e-6));
    assertThat(prior.nats()).isEqualTo(GaussianDivergence.fromPrior(clean, gamma));
  }

  @Test
  void divergenceFromTheStandardNormalIsThatOfGaussians() {
    assertThat(GaussianDivergence.fromStandard(0, 0)).isZero();
    assertThat(GaussianDivergence.fromStandard(.7, Math.log(.3)))
        .isCloseTo(KullbackLeibler.ofGaussians(.7, .3, 0, 1), within(1e-15));
  }
}
