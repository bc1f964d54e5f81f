package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

final class DiffusionTermsTest {

  private static final int FINEST = 1024;
  private static final double FIRST = -13.3;
  private static final double LAST = 5;

  /** How far the known figures are from the exact ones, being Gauss-Hermite sums of 64 nodes. */
  private static final double QUADRATURE = 2e-4;

  private static LikelihoodGrid grid(int steps, DoubleUnaryOperator gamma) {
    double[] gammas = new double[steps + 1];
    for (int i = 0; i <= steps; i++) {
      gammas[i] = gamma.applyAsDouble((double) i / steps);
    }
    return LikelihoodGrid.of(gammas);
  }

  private static LikelihoodGrid linear(int steps) {
    return grid(steps, time -> FIRST + (LAST - FIRST) * time);
  }

  private static DiffusionTerms terms(LikelihoodGrid grid, DoubleUnaryOperator errorByGamma) {
    double[] errors = new double[grid.steps()];
    for (int i = 1; i <= errors.length; i++) {
      errors[i - 1] = errorByGamma.applyAsDouble(grid.gamma(i));
    }
    return new DiffusionTerms(grid, errors);
  }

  /** Returns the term with the variances that are best for these very errors. */
  private static double optimal(DiffusionTerms terms, int steps) {
    return terms.fitted(steps, terms);
  }

  /** One 8-bit pixel and its exact denoiser: the figures are of an independent computation. */
  @Nested
  final class OfAnExactDenoiser {

    private final PixelSource source = new PixelSource(256);
    private final GaussHermite normal = new GaussHermite(64);

    private double common(LikelihoodGrid grid) {
      double first = grid.gamma(0);
      double scale = 256 / 255.0; // from the source's levels, (2v + 1) / 256 - 1, to the bins'
      double reconstruction = 0;
      for (int v = 0; v < source.levels(); v++) {
        int level = v;
        if (source.isPossible(v)) {
          reconstruction +=
              source.probability(v)
                  * normal.mean(
                      noise ->
                          PixelLikelihood.categorical(
                              level,
                              scale * (source.value(level) + Math.exp(first / 2) * noise),
                              first + 2 * Math.log(scale)));
        }
      }
      double last = grid.gamma(grid.steps());
      return reconstruction + source.mean(x -> GaussianDivergence.fromPrior(x, last));
    }

    private DiffusionTerms exact(LikelihoodGrid grid) {
      return terms(grid, gamma -> source.leastError(Math.exp(gamma / 2)));
    }

    private void assertFixedBits(LikelihoodGrid grid, double... expected) {
      double common = common(grid);
      DiffusionTerms terms = exact(grid);
      for (int i = 0; i < expected.length; i++) {
        assertThat(PixelLikelihood.bits(common + terms.fixedSmall(1 << i)))
            .isCloseTo(expected[i], within(QUADRATURE * Math.max(1, expected[i] / 1e4)));
      }
    }

    private void assertOptimalBits(LikelihoodGrid grid, double... expected) {
      double common = common(grid);
      DiffusionTerms terms = exact(grid);
      for (int i = 0; i < expected.length; i++) {
        assertThat(PixelLikelihood.bits(common + optimal(terms, 1 << i)))
            .isCloseTo(expected[i], within(QUADRATURE));
      }
    }

    @Test
    void sourceIsTheOneOfTheFigures() {
      assertThat(source.entropyBits()).isCloseTo(6.4338, within(5e-5));
      double mean = source.mean(x -> x);
      assertThat(source.mean(x -> (x - mean) * (x - mean))).isCloseTo(.2418, within(5e-5));
    }

    @Test
    void fixedVarianceOnLinearLogSnrHasTheKnownBound() {
      assertFixedBits(
          linear(FINEST),
          103977.1420,
          3608.6612,
          107.6308,
          23.9746,
          11.9395,
          8.6540,
          7.4386,
          6.9133,
          6.6687,
          6.5506,
          6.4926);
    }

    @Test
    void optimalVarianceOnLinearLogSnrHasTheKnownBound() {
      assertOptimalBits(
          linear(FINEST),
          8.5807,
          8.1681,
          8.0850,
          7.8074,
          7.3334,
          6.9189,
          6.6836,
          6.5610,
          6.4985,
          6.4670,
          6.4512);
    }

    @Test
    void bothVariancesOnCosineHaveTheKnownBound() {
      LikelihoodGrid cosine =
          grid(
              256,
              time -> {
                double gamma = 2 * Math.log(Math.tan(Math.PI * time / 2));
                // ends are clipped; a hair of slope keeps the clipped part rising
                return Math.max(FIRST, Math.min(LAST, gamma)) + 1e-9 * time;
              });
      assertFixedBits(
          cosine,
          103977.1420,
          82907.0205,
          36150.4775,
          8037.1206,
          2500.4746,
          783.1758,
          221.8715,
          62.4629,
          20.5621);
      assertOptimalBits(
          cosine, 8.5807, 8.5724, 8.4476, 8.0517, 7.7736, 7.5575, 7.4046, 7.2849, 7.1831);
    }

    @Test
    void bothVariancesOnDdpmsBetasHaveTheKnownBound() {
      double[] gammas = new double[1000];
      double alphaBar = 1;
      for (int t = 0; t < gammas.length; t++) {
        alphaBar *= 1 - (1e-4 + (.02 - 1e-4) * t / 999); // in double, unlike NoiseSchedule's
        gammas[t] = NegativeLogSnr.ofAlphaBar(alphaBar);
      }
      LikelihoodGrid betas =
          grid(
              256,
              time -> {
                int below = Math.min(998, (int) (999 * time));
                return gammas[below] + (999 * time - below) * (gammas[below + 1] - gammas[below]);
              });
      assertFixedBits(
          betas, 1746.0481, 1710.8304, 1363.3275, 643.9234, 164.5059, 57.2158, 25.9519, 13.7461,
          9.3738);
      assertOptimalBits(
          betas, 7.9320, 7.9319, 7.9222, 7.8100, 7.4415, 7.1450, 6.9492, 6.8091, 6.7158);
    }

    @Test
    void boundFallsAtEveryDoubling() {
      DiffusionTerms terms = exact(linear(256));
      assertThat(terms.violations()).isEmpty();
      assertThat(terms.isotonicResidual()).isZero();
      for (int steps = 1; steps < 256; steps *= 2) {
        assertThat(optimal(terms, 2 * steps)).isLessThan(optimal(terms, steps));
      }
    }
  }

  /** Gaussian data of variance V: the least error is V / (1 + V * SNR), so all is closed form. */
  @Nested
  final class OfGaussianData {

    private static final double VARIANCE = 0.25;

    private double leastError(double gamma) {
      return VARIANCE / (1 + VARIANCE * Math.exp(-gamma));
    }

    @Test
    void optimalVarianceGivesTheSameBoundForEveryNumberOfSteps() {
      DiffusionTerms terms = terms(linear(FINEST), this::leastError);
      double information =
          Math.log((1 + VARIANCE * Math.exp(-FIRST)) / (1 + VARIANCE * Math.exp(-LAST))) / 2;
      for (int steps : terms.doublings()) {
        assertThat(optimal(terms, steps)).isCloseTo(information, within(1e-9));
      }
    }

    @Test
    void fixedVarianceGivesTheRiemannSumsOfALogarithm() {
      DiffusionTerms terms = terms(linear(FINEST), this::leastError);
      for (int steps : terms.doublings()) {
        double sum = 0;
        for (int k = 1; k <= steps; k++) {
          double less = Math.exp(-(FIRST + (LAST - FIRST) * (k - 1) / steps));
          double more = Math.exp(-(FIRST + (LAST - FIRST) * k / steps));
          sum += (less - more) * VARIANCE / (1 + VARIANCE * more) / 2;
        }
        assertThat(terms.fixedSmall(steps)).isCloseTo(sum, within(1e-9 * sum));
      }
    }

    @Test
    void wholeBoundIsTheCrossEntropyOfTheNoisiestObservation() {
      // The chain is exact for Gaussian data with the optimal variance, so prior and diffusion
      // terms together are what the least noisy state costs beyond its noise's entropy.
      DiffusionTerms terms = terms(linear(16), this::leastError);
      double last = NegativeLogSnr.alphaBar(LAST);
      double prior = (last * (VARIANCE - 1) - Math.log1p(-last)) / 2;
      double first = NegativeLogSnr.alphaBar(FIRST);
      double stateVariance = first * VARIANCE + 1 - first;
      double endVariance = last * VARIANCE + 1 - last;
      double marginal = Math.log(stateVariance / (1 - first)) / 2;
      double priorGap = (endVariance - 1 - Math.log(endVariance)) / 2;
      assertThat(optimal(terms, 1) + prior).isCloseTo(marginal + priorGap, within(1e-9));
    }

    @Test
    void varianceFittedToOtherErrorsCostsMoreThanTheOptimum() {
      DiffusionTerms terms = terms(linear(64), this::leastError);
      DiffusionTerms training = terms(linear(64), gamma -> 0.8 * leastError(gamma));
      assertThat(terms.fitted(8, training)).isGreaterThan(optimal(terms, 8));
    }
  }

  @Test
  void errorThatFallsWithTheNoiseIsAViolation() {
    LikelihoodGrid grid = linear(4);
    DiffusionTerms terms = new DiffusionTerms(grid, new double[] {.1, .4, .2, .2});
    // T = 4 evaluates node 1 (.1) where T = 2 has node 2 (.4); T = 2 node 2 where T = 1 has node 4
    assertThat(terms.violations())
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.steps()).isEqualTo(1);
              double gain = grid.step(1, 2).ratioGain();
              assertThat(violation.rise()).isCloseTo(gain * (.4 - .2) / 2, within(1e-9 * gain));
            });
    // .4, .2, .2 pool to their mean .2667
    double mean = .8 / 3;
    double squares = (.4 - mean) * (.4 - mean) + 2 * (.2 - mean) * (.2 - mean);
    assertThat(terms.isotonicResidual()).isCloseTo(Math.sqrt(squares / 4), within(1e-12));
  }

  @Test
  void poolingMakesTheNearestSequenceThatNeverFalls() {
    assertThat(DiffusionTerms.isotonic(new double[] {3, 1, 2, 5, 4, 6}))
        .containsExactly(2, 2, 2, 4.5, 4.5, 6);
    assertThat(DiffusionTerms.isotonic(new double[] {3, 2, 1})).containsExactly(2, 2, 2);
  }

  @Test
  void numberOfStepsThatDoesNotDivideTheGridIsRefused() {
    DiffusionTerms terms = new DiffusionTerms(linear(4), new double[] {.1, .2, .3, .4});
    assertThatThrownBy(() -> terms.fixedSmall(3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: 3 (expected: a divisor of 4)");
    assertThat(terms.doublings()).isEqualTo(Arrays.asList(1, 2, 4));
  }
}
