package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every solver of the probability-flow ODE promises, against the closed form for Gaussians.
 */
final class GridSolverContractTest {

  private static final int STEPS = 160;

  /** More steps than any plan here has. */
  private static final Set<Integer> ALL_STEPS =
      IntStream.range(0, 1000).boxed().collect(Collectors.toUnmodifiableSet());

  /**
   * One solver and its promise.
   *
   * @param levels the levels of a plan with so many steps, which do not end clean
   * @param order power of the step length with which the error falls
   * @param extraRows network evaluations beyond one a step
   * @param history tensors that it remembers
   */
  private record Promise(
      String name,
      GridSolver solver,
      IntFunction<GaussianGrid> levels,
      int order,
      int extraRows,
      int history) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static GaussianGrid variancePreserving(int steps) {
    return GaussianGrid.of(steps, -4, 2, GaussianGrid::variancePreserving);
  }

  private static GaussianGrid varianceExploding(int steps) {
    return GaussianGrid.of(
        steps, Math.pow(80, 1 / 7.0), Math.pow(0.1, 1 / 7.0), GaussianGrid::varianceExploding);
  }

  private static GaussianGrid flow(int steps) {
    return GaussianGrid.of(steps, 1, 0.05, GaussianGrid::flow);
  }

  static Stream<Promise> promises() {
    List<Promise> promises = new ArrayList<>();
    GridSolver euler = new EulerSolver();
    GridSolver heun = new HeunSolver();
    int extra = STEPS - 1;
    promises.add(new Promise("Euler", euler, GridSolverContractTest::varianceExploding, 1, 0, 0));
    promises.add(new Promise("flow Euler", euler, GridSolverContractTest::flow, 1, 0, 0));
    promises.add(new Promise("Heun", heun, GridSolverContractTest::varianceExploding, 2, extra, 1));
    promises.add(new Promise("flow Heun", heun, GridSolverContractTest::flow, 2, extra, 1));
    for (DpmAlgorithm algorithm : List.of(DpmAlgorithm.DATA, DpmAlgorithm.NOISE)) {
      for (int order = 1; order <= 3; order++) {
        for (boolean usesMidpoint : new boolean[] {true, false}) {
          GridSolver solver = new DpmSolver(algorithm, order, usesMidpoint, false, false);
          // Order 3 counts the second derivative by half, as diffusers does.
          int measured = Math.min(2, order);
          promises.add(
              new Promise(
                  solver.toString(),
                  solver,
                  GridSolverContractTest::variancePreserving,
                  measured,
                  0,
                  order - 1));
        }
      }
    }
    for (int order = 1; order <= 3; order++) {
      for (boolean usesGrowth : new boolean[] {true, false}) {
        for (boolean estimatesData : new boolean[] {true, false}) {
          promises.add(uniPc(order, usesGrowth, estimatesData, Set.of(), order + 1));
        }
        promises.add(uniPc(order, usesGrowth, true, ALL_STEPS, order));
      }
    }
    return promises.stream();
  }

  private static Promise uniPc(
      int order,
      boolean usesGrowth,
      boolean estimatesData,
      Set<Integer> uncorrected,
      int measured) {
    return new Promise(
        "UniPC %d, bh%d, %s, %s"
            .formatted(
                order,
                usesGrowth ? 2 : 1,
                estimatesData ? "clean image" : "noise",
                uncorrected.isEmpty() ? "corrected" : "predictor alone"),
        new UniPcSolver(order, usesGrowth, estimatesData, false, uncorrected),
        GridSolverContractTest::variancePreserving,
        measured,
        0,
        order + 1);
  }

  @ParameterizedTest
  @MethodSource("promises")
  void errorFallsWithThePromisedOrder(Promise promise) {
    double error = promise.levels().apply(STEPS).flowError(promise.solver());
    double errorOfHalf = promise.levels().apply(2 * STEPS).flowError(promise.solver());

    double order = Math.log(error / errorOfHalf) / Math.log(2);
    assertThat(order).isCloseTo(promise.order(), within(0.25));
    assertThat(error).isLessThan(0.02);
  }

  @ParameterizedTest
  @MethodSource("promises")
  void planCostsWhatItPromises(Promise promise) {
    StepPlan plan = promise.solver().plan(promise.levels().apply(STEPS).grid());

    assertThat(plan.steps()).isEqualTo(STEPS + promise.extraRows());
    assertThat(plan.history()).isEqualTo(promise.history());
    assertThat(plan.rows()).noneMatch(StepRow::isNoisy);
  }

  @ParameterizedTest
  @MethodSource("promises")
  void estimateThatNeverChangesIsReachedExactly(Promise promise) {
    GaussianGrid levels = promise.levels().apply(7);
    StepPlan plan = promise.solver().plan(levels.grid());
    NoiseLevel first = levels.levels().get(0);
    NoiseLevel last = levels.levels().get(7);

    double end =
        new PlanInterpreter(plan, (x, timestep) -> new double[] {0.7})
            .endWithoutNoise(first.alpha() * 0.7 + first.sigma() * 1.3)[0];

    // The noise in the state never changes either.
    assertThat(end).isCloseTo(last.alpha() * 0.7 + last.sigma() * 1.3, within(1e-9));
  }
}
