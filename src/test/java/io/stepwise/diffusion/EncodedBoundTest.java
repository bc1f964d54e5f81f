package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Bounds of one 4-bit pixel with an encoder, where the reverse step is the best Gaussian for each
 * state; the figures are of an independent computation.
 */
final class EncodedBoundTest {

  private static final double FIRST = -9;
  private static final double LAST = 5;

  /** How far two choices of the levels that are left out are apart. */
  private static final double QUADRATURE = 2e-4;

  private final PixelSource source = new PixelSource(16);
  private final GaussHermite normal = new GaussHermite(48);
  private final double mean = source.mean(x -> x);
  private final double deviation = Math.sqrt(source.mean(x -> (x - mean) * (x - mean)));

  private record Encoder(DoubleUnaryOperator mean, DoubleUnaryOperator deviation) {}

  private double standardized(double x) {
    return (x - mean) / deviation;
  }

  private double boundBits(Encoder encoder, int steps) {
    double nats =
        source.mean(
            x ->
                KullbackLeibler.ofGaussians(
                    encoder.mean().applyAsDouble(x),
                    Math.pow(encoder.deviation().applyAsDouble(x), 2),
                    0,
                    1));
    for (int k = 1; k <= steps; k++) {
      double less = FIRST + (LAST - FIRST) * (k - 1) / steps;
      double more = k == steps ? Double.POSITIVE_INFINITY : FIRST + (LAST - FIRST) * k / steps;
      nats += step(encoder, new EncodedReverseStep(new ReverseStep(less, more)));
    }
    return PixelLikelihood.bits(nats);
  }

  private double step(Encoder encoder, EncodedReverseStep step) {
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(step.step().noisier()));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(step.step().noisier()));
    double sum = 0;
    for (int v = 0; v < source.levels(); v++) {
      if (source.isPossible(v)) {
        double x = source.value(v);
        double encoded = encoder.mean().applyAsDouble(x);
        double spread = encoder.deviation().applyAsDouble(x);
        sum +=
            source.probability(v)
                * normal.mean(
                    noise ->
                        excess(
                            encoder, step, alpha * x + sigma * (encoded + spread * noise), spread));
      }
    }
    return sum;
  }

  /** Returns the divergence of a level's posterior from the Gaussian of all levels' moments. */
  private double excess(Encoder encoder, EncodedReverseStep step, double state, double spread) {
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(step.step().noisier()));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(step.step().noisier()));
    double mass = 0;
    double first = 0;
    double second = 0;
    for (int v = 0; v < source.levels(); v++) {
      double x = source.value(v);
      double encoded = encoder.mean().applyAsDouble(x);
      double ownSpread = encoder.deviation().applyAsDouble(x);
      double z = (state - alpha * x - sigma * encoded) / (sigma * ownSpread);
      double weight = source.probability(v) * Math.exp(-z * z / 2) / ownSpread;
      double posterior = step.posteriorMean(x, encoded, state);
      mass += weight;
      first += weight * posterior;
      second +=
          weight
              * (posterior * posterior + step.step().posteriorVariance() * ownSpread * ownSpread);
    }
    double best = second / mass - first * first / (mass * mass);
    return Math.log(best / (step.step().posteriorVariance() * spread * spread)) / 2;
  }

  private void assertBits(Encoder encoder, int steps, double expected) {
    assertThat(boundBits(encoder, steps)).isCloseTo(expected, within(QUADRATURE));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5.4607",
    "2, 4.9833",
    "4, 4.5535",
    "6, 3.7666",
    "8, 3.3543",
    "16, 2.9785",
    "64, 2.7588",
    "256, 2.7336"
  })
  void withoutAnEncoderMoreStepsAreTighter(int steps, double expected) {
    assertBits(new Encoder(x -> 0, x -> 1), steps, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 5.7434",
    "2, 5.4085",
    "4, 4.3232",
    "6, 3.7621",
    "8, 3.6501",
    "16, 3.4546",
    "64, 3.3983"
  })
  void withAMatchedEncoderAGapRemains(int steps, double expected) {
    assertBits(new Encoder(x -> .8 * standardized(x), x -> .6), steps, expected);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 7.8195",
    "2, 5.5798",
    "4, 4.5092",
    "6, 4.3830",
    "8, 4.3505",
    "16, 4.3576",
    "64, 4.4147",
    "256, 4.4408"
  })
  void withASharpEncoderMoreStepsAreLooserInTheEnd(int steps, double expected) {
    assertBits(new Encoder(x -> .99 * standardized(x), x -> .14), steps, expected);
  }

  @ParameterizedTest
  @CsvSource({"1, 6.4631", "8, 4.4212", "64, 5.4750", "256, 9.7639"})
  void withADeviationThatDependsOnTheImageTheBoundDiverges(int steps, double expected) {
    assertBits(
        new Encoder(x -> .8 * standardized(x), x -> .6 + .25 * Math.tanh(3 * standardized(x))),
        steps,
        expected);
  }

  @Test
  void oneStepFromPureNoiseIsATextbookAutoencoder() {
    // Kingma and Welling 2014: KL(q(z | x) || N(0, I)) + E -ln p(x_0 | z), here with a Gaussian
    // decoder of x_0 = alpha x + sigma n around alpha * decoded(z) of the posterior's own variance.
    EncodedReverseStep step =
        new EncodedReverseStep(new ReverseStep(FIRST, Double.POSITIVE_INFINITY));
    double alpha = Math.sqrt(NegativeLogSnr.alphaBar(FIRST));
    double sigma = Math.sqrt(NegativeLogSnr.sigmaSquared(FIRST));
    DoubleUnaryOperator decoder = z -> .4 * z - .1;
    double clean = .37;
    double encoded = .9;
    double spread = .3;
    double textbook =
        (encoded * encoded + spread * spread - Math.log(spread * spread) - 1) / 2
            + normal.mean(
                noise -> {
                  double z = encoded + spread * noise;
                  double offset = alpha * (clean - decoder.applyAsDouble(z));
                  // cross-entropy of x_0 less the entropy of its own noise
                  return offset * offset / (2 * sigma * sigma);
                });
    double asDiffusion =
        KullbackLeibler.ofGaussians(encoded, spread * spread, 0, 1)
            + normal.mean(
                noise -> {
                  double z = encoded + spread * noise;
                  return step.step().fixedSmall(Math.pow(clean - decoder.applyAsDouble(z), 2));
                });
    assertThat(asDiffusion).isCloseTo(textbook, within(1e-9 * textbook));
  }
}
