package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The exact mean and variance that solvers with fresh noise reach on Gaussian data. */
final class StochasticSolverTest {

  private static GaussianGrid varianceExploding(int steps) {
    return GaussianGrid.of(steps, Math.pow(80, 1 / 7.0), 0, GaussianGrid::varianceExploding);
  }

  private static GaussianGrid variancePreserving(int steps) {
    return GaussianGrid.of(steps, -4, 2, GaussianGrid::variancePreserving);
  }

  static Stream<Arguments> solvers() {
    IntFunction<GaussianGrid> exploding = StochasticSolverTest::varianceExploding;
    IntFunction<GaussianGrid> preserving = StochasticSolverTest::variancePreserving;
    return Stream.of(
        Arguments.of(new AncestralEulerSolver(), exploding, 1),
        Arguments.of(sde(DpmAlgorithm.DATA_SDE, 1, true), preserving, 1),
        Arguments.of(sde(DpmAlgorithm.DATA_SDE, 2, true), preserving, 2),
        Arguments.of(sde(DpmAlgorithm.DATA_SDE, 2, false), preserving, 2),
        // Order 3 has the sign of diffusers in its last term, which takes it back to 1.
        Arguments.of(sde(DpmAlgorithm.DATA_SDE, 3, true), preserving, 1),
        Arguments.of(sde(DpmAlgorithm.NOISE_SDE, 1, true), preserving, 1),
        Arguments.of(sde(DpmAlgorithm.NOISE_SDE, 2, true), preserving, 2),
        Arguments.of(sde(DpmAlgorithm.NOISE_SDE, 2, false), preserving, 2));
  }

  private static GridSolver sde(DpmAlgorithm algorithm, int order, boolean usesMidpoint) {
    return new DpmSolver(algorithm, order, usesMidpoint, false, false);
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void meanAndVarianceAreThoseOfTheDataInTheLimit(
      GridSolver solver, IntFunction<GaussianGrid> levels, int order) {
    double error = error(solver, levels.apply(200));
    double errorOfHalf = error(solver, levels.apply(400));

    assertThat(error).isLessThan(0.02);
    assertThat(Math.log(error / errorOfHalf) / Math.log(2)).isCloseTo(order, within(0.3));
  }

  /** Returns the larger error of the mean and of the variance at the last level. */
  private static double error(GridSolver solver, GaussianGrid levels) {
    StepPlan plan = solver.plan(levels.grid());
    NoiseLevel first = levels.levels().get(0);
    NoiseLevel last = levels.levels().get(levels.levels().size() - 1);
    StateMoments moments =
        new StateMoments(
            plan.history(), first.alpha() * levels.mean(), levels.stateVariance(first));
    for (StepRow row : plan.rows()) {
      double[] denoiser = levels.denoiser((int) row.timestep());
      moments.step(row, denoiser[0], denoiser[1]);
    }
    return Math.max(
        Math.abs(moments.mean() - last.alpha() * levels.mean()),
        Math.abs(moments.variance() - levels.stateVariance(last)));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void everyStepButOneToTheCleanImageDrawsNoise(
      GridSolver solver, IntFunction<GaussianGrid> levels, int order) {
    StepPlan plan = solver.plan(levels.apply(20).grid());
    boolean endsClean = levels.apply(20).grid().end().isClean();

    assertThat(plan.rows().subList(0, 19)).allMatch(StepRow::isNoisy);
    assertThat(plan.rows().get(19).isNoisy()).isNotEqualTo(endsClean);
    assertThat(order).isPositive();
  }
}
