package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.InverseErfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    return PixelLikelihood.bits(prior(encoder) + steps(encoder, steps, 0));
  }

  private double prior(Encoder encoder) {
    return source.mean(
        x ->
            KullbackLeibler.ofGaussians(
                encoder.mean().applyAsDouble(x),
                Math.pow(encoder.deviation().applyAsDouble(x), 2),
                0,
                1));
  }

  /** Returns the divergences of all steps, between noise levels that are shifted by so much. */
  private double steps(Encoder encoder, int steps, double shift) {
    double nats = 0;
    for (int k = 1; k <= steps; k++) {
      double less = shift + FIRST + (LAST - FIRST) * (k - 1) / steps;
      double more =
          k == steps ? Double.POSITIVE_INFINITY : shift + FIRST + (LAST - FIRST) * k / steps;
      nats += step(encoder, new EncodedReverseStep(new ReverseStep(less, more)));
    }
    return nats;
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

  @ParameterizedTest
  @CsvSource({"1, 6.5470", "2, 6.3255", "4, 4.1929", "6, 4.0104", "8, 3.9429", "16, 3.8234"})
  void withANearlySharpEncoderTheLeastIsPassed(int steps, double expected) {
    assertBits(new Encoder(x -> .95 * standardized(x), x -> .31), steps, expected);
  }

  @ParameterizedTest
  @CsvSource({
    ".6, 1, 5.7514",
    ".6, 8, 3.6263",
    ".6, 64, 3.3020",
    ".9, 1, 6.3333",
    ".9, 4, 3.8167",
    ".9, 16, 3.7125",
    ".97, 1, 6.3433",
    ".97, 6, 3.5868",
    ".99, 1, 5.3073",
    ".99, 2, 4.0528",
    ".99, 8, 3.5861",
    ".997, 1, 5.1194",
    ".997, 2, 4.1387",
    ".997, 16, 4.0040"
  })
  void withAGaussianizingEncoderFewStepsAreTighterThanWithout(
      double share, int steps, double expected) {
    Encoder encoder = new Encoder(x -> share * normalized(x), x -> Math.sqrt(1 - share * share));
    assertBits(encoder, steps, expected);
  }

  /** Returns the standard normal value of the same rank, brought to mean 0 and deviation 1. */
  private double normalized(double x) {
    double center = source.mean(this::normalRank);
    double spread = Math.sqrt(source.mean(y -> Math.pow(normalRank(y) - center, 2)));
    return (normalRank(x) - center) / spread;
  }

  private double normalRank(double x) {
    double below = source.mean(y -> y < x - 1e-9 ? 1 : y < x + 1e-9 ? .5 : 0);
    return -Math.sqrt(2) * InverseErfc.value(2 * below);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 16})
  void commonDeviationIsAnotherSchedule(int steps) {
    double deviation = .6;
    Encoder scaled = new Encoder(x -> .8 * standardized(x), x -> deviation);
    Encoder unit = new Encoder(x -> .8 * standardized(x) / deviation, x -> 1);

    assertThat(steps(unit, steps, 2 * Math.log(deviation)))
        .isCloseTo(steps(scaled, steps, 0), within(1e-9));
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
