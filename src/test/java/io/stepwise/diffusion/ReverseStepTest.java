package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReverseStepTest {

  private static double density(double x, double mean, double variance) {
    return Math.exp(-(x - mean) * (x - mean) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);
  }

  /** Integrates by the trapezoidal rule over ten deviations to either side. */
  private static double integral(double mean, double variance, DoubleUnaryOperator function) {
    double deviation = Math.sqrt(variance);
    int points = 4000;
    double spacing = 20 * deviation / points;
    double sum = 0;
    for (int i = 0; i <= points; i++) {
      sum += function.applyAsDouble(mean - 10 * deviation + i * spacing);
    }
    return sum * spacing;
  }

  /** Returns the divergence of N(meanQ, varQ) from N(meanP, varP) without its closed form. */
  private static double integrated(double meanQ, double varQ, double meanP, double varP) {
    return integral(
        meanQ,
        varQ,
        x -> {
          double q = density(x, meanQ, varQ);
          double logRatio =
              (x - meanP) * (x - meanP) / (2 * varP)
                  - (x - meanQ) * (x - meanQ) / (2 * varQ)
                  + Math.log(varP / varQ) / 2;
          return q * logRatio;
        });
  }

  @ParameterizedTest
  @CsvSource({"-3, 1", "-9, -8.9", "0, 5", "2, Infinity"})
  void posteriorIsThatOfBayesRule(double lessNoisy, double noisier) {
    ReverseStep step = new ReverseStep(lessNoisy, noisier);
    double alphaBar = NegativeLogSnr.alphaBar(lessNoisy);
    double kept = NegativeLogSnr.alphaBar(noisier) / alphaBar;
    double prior = 1 - alphaBar;
    double jump = 1 - kept;
    // x_s ~ N(sqrt(alphaBar) x, prior) and x_t ~ N(sqrt(kept) x_s, jump)
    double precision = 1 / prior + kept / jump;
    assertThat(step.posteriorVariance()).isCloseTo(1 / precision, within(1e-9));
    assertThat(step.cleanWeight()).isCloseTo(Math.sqrt(alphaBar) / prior / precision, within(1e-9));
    assertThat(step.stateWeight()).isCloseTo(Math.sqrt(kept) / jump / precision, within(1e-9));
    assertThat(step.jumpVariance()).isCloseTo(jump, within(1e-12));
    assertThat(step.ratioGain())
        .isCloseTo(
            step.cleanWeight() * step.cleanWeight() / step.posteriorVariance(),
            within(1e-9 * step.ratioGain()));
  }

  @ParameterizedTest
  @CsvSource({"-3, 1, .2", "-5, -4.5, .01", "0, 5, .6"})
  void divergenceOfEveryVarianceIsTheIntegrated(double lessNoisy, double noisier, double offset) {
    ReverseStep step = new ReverseStep(lessNoisy, noisier);
    double error = offset * offset;
    double meanOffset = step.cleanWeight() * offset;
    double posterior = step.posteriorVariance();
    double optimal = posterior + meanOffset * meanOffset;
    assertThat(step.fixedSmall(error))
        .isCloseTo(integrated(0, posterior, meanOffset, posterior), within(1e-8));
    assertThat(step.fixedLarge(error))
        .isCloseTo(integrated(0, posterior, meanOffset, step.jumpVariance()), within(1e-8));
    assertThat(step.optimal(error))
        .isCloseTo(integrated(0, posterior, meanOffset, optimal), within(1e-8));
    double learned = .7 * posterior + .3 * step.jumpVariance();
    assertThat(step.cost().of(.1, .1 + offset, Math.log(learned)).nats())
        .isCloseTo(integrated(0, posterior, meanOffset, learned), within(1e-8));
    double fittedTo = 1.7 * error;
    double fitted = posterior + step.cleanWeight() * step.cleanWeight() * fittedTo;
    assertThat(step.fitted(fittedTo, error))
        .isCloseTo(integrated(0, posterior, meanOffset, fitted), within(1e-8));
  }

  @Test
  void encodedDivergenceIsTheIntegrated() {
    ReverseStep plain = new ReverseStep(-3, 1);
    EncodedReverseStep step = new EncodedReverseStep(plain);
    double variance = plain.posteriorVariance();
    double mean = step.posteriorMean(.3, .8, -.5);
    double estimate = step.posteriorMean(.1, .6, -.5);
    assertThat(step.divergence(.3 - .1, .8 - .6, .6, .9))
        .isCloseTo(integrated(mean, variance * .36, estimate, variance * .81), within(1e-8));
  }

  @Test
  void encoderOfStandardNoiseIsThePlainStep() {
    ReverseStep plain = new ReverseStep(-3, 1);
    assertThat(new EncodedReverseStep(plain).divergence(.2, 0, 1, 1))
        .isCloseTo(plain.fixedSmall(.04), within(1e-12));
  }

  @Test
  void encodedPosteriorIsThatOfTheMarkovChain() {
    EncodedReverseStep step = new EncodedReverseStep(new ReverseStep(-3, 1));
    // Given x the chain is Gaussian: covariance of x_s and x_t over the variance of x_t, and the
    // means, all with the encoder's mean .8 and the deviation .6.
    double less = Math.sqrt(NegativeLogSnr.alphaBar(-3)) * .3;
    double lessNoise = Math.sqrt(NegativeLogSnr.sigmaSquared(-3));
    double more = Math.sqrt(NegativeLogSnr.alphaBar(1)) * .3;
    double moreNoise = Math.sqrt(NegativeLogSnr.sigmaSquared(1));
    double kept = Math.sqrt(NegativeLogSnr.alphaBar(1) / NegativeLogSnr.alphaBar(-3));
    double slope = kept * lessNoise * lessNoise / (moreNoise * moreNoise);
    double expected = less + lessNoise * .8 + slope * (-.5 - more - moreNoise * .8);
    assertThat(step.posteriorMean(.3, .8, -.5)).isCloseTo(expected, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource({"-13.3, -13.2", "-3, 1", "2, 5", "4, Infinity", "-8, Infinity"})
  void encodedMeanCountsAsInThePosterior(double lessNoisy, double noisier) {
    ReverseStep plain = new ReverseStep(lessNoisy, noisier);
    double expected = new EncodedReverseStep(plain).meanWeight() / plain.cleanWeight();
    // the oracle has a difference of near-equal numbers
    assertThat(plain.encodedWeight()).isCloseTo(expected, within(1e-9 * (1 + expected)));
  }

  @Test
  void statesInTheWrongOrderAreRefused() {
    assertThatThrownBy(() -> new ReverseStep(1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma: 1.0 (expected: > gamma of the less noisy state 1.0)");
  }
}
