package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PixelLikelihoodTest {

  @ParameterizedTest
  @EnumSource(PixelBins.class)
  void uniformModelCostsEightBits(PixelBins bins) {
    // Without any signal the categorical decoder finds all levels equally likely.
    assertThat(PixelLikelihood.bits(PixelLikelihood.categorical(bins, 200, .3, 60)))
        .isCloseTo(8, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(PixelBins.class)
  void probabilitiesOfAllLevelsSumToOne(PixelBins bins) {
    for (double deviation : new double[] {1e-3, .02, .5, 3}) {
      double gaussian = 0;
      double categorical = 0;
      for (int level = 0; level < PixelBins.LEVELS; level++) {
        gaussian += Math.exp(-PixelLikelihood.discretizedGaussian(bins, level, .31, deviation));
        categorical +=
            Math.exp(-PixelLikelihood.categorical(bins, level, .31, 2 * Math.log(deviation)));
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
    double mean = PixelBins.ENDS.centre(0);
    double z = (PixelBins.ENDS.centre(128) - PixelBins.ENDS.halfWidth() - mean) / deviation;
    double expected = z * z / 2 + Math.log(z * Math.sqrt(2 * Math.PI));
    assertThat(PixelLikelihood.discretizedGaussian(PixelBins.ENDS, 128, mean, deviation))
        .isCloseTo(expected, within(1e-3));
    assertThat(
            PixelLikelihood.discretizedGaussian(
                PixelBins.ENDS, 127, -PixelBins.ENDS.centre(0), deviation))
        .isCloseTo(expected, within(1e-3));
  }

  @Test
  void levelAtTheMeanOfASharpDecoderCostsNothing() {
    double centre = PixelBins.ENDS.centre(77);
    assertThat(PixelLikelihood.discretizedGaussian(PixelBins.ENDS, 77, centre, 1e-4))
        .isCloseTo(0, within(1e-12));
    assertThat(PixelLikelihood.categorical(PixelBins.CENTRES, 77, centre, -20)).isNotNegative();
  }

  @ParameterizedTest
  @EnumSource(PixelBins.class)
  void everyLevelIsFoundAtItsCentre(PixelBins bins) {
    for (int level = 0; level < PixelBins.LEVELS; level++) {
      assertThat(bins.level(bins.centre(level))).isEqualTo(level);
    }
    assertThat(PixelBins.ENDS.centre(0)).isEqualTo(-1);
    assertThat(PixelBins.ENDS.centre(255)).isEqualTo(1);
    assertThat(PixelBins.CENTRES.centre(0)).isEqualTo(-1 + 1 / 256.0);
  }

  @Test
  void priorCostsNothingWithoutSignal() {
    assertThat(GaussianDivergence.fromPrior(.8, Double.POSITIVE_INFINITY)).isZero();
    double alphaBar = NegativeLogSnr.alphaBar(5);
    assertThat(GaussianDivergence.fromPrior(.8, 5))
        .isCloseTo(
            GaussianDivergence.of(Math.sqrt(alphaBar) * .8, 1 - alphaBar, 0, 1), within(1e-15));
  }
}
