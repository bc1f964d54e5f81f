package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class EdmGridTest {

  private static final SigmaRange RANGE = new SigmaRange(0.002, 80, 0.5, 7, 1000);
  private static final EdmGrid KARRAS = new EdmGrid(RANGE, false, 1, true);

  @Test
  void levelsAreThoseOfThePaper() {
    NoiseGrid grid = KARRAS.grid(18);

    for (int i = 0; i < 18; i++) {
      double root = Math.pow(80, 1 / 7.0);
      root += i / 17.0 * (Math.pow(0.002, 1 / 7.0) - root);
      double sigma = Math.pow(root, 7);
      assertThat(grid.level(i).sigma()).isCloseTo(sigma, within(1e-6 * sigma));
      assertThat(grid.points().get(i).timestep()).isCloseTo(Math.log(sigma) / 4, within(1e-6));
    }
    assertThat(grid.end().isClean()).isTrue();
  }

  @Test
  void eighteenStepsOfHeunAreThirtyFiveEvaluations() {
    assertThat(new HeunSolver().plan(KARRAS.grid(18)).steps()).isEqualTo(35);
  }

  @Test
  void heunReachesTheCleanImageAlongTheExactFlow() {
    assertThat(heunError(18)).isLessThan(0.03);
    assertThat(heunError(64) / heunError(128)).isBetween(3.0, 5.0);
  }

  /** Returns the error of EDM's sampler for the ideal preconditioned network of Gaussian data. */
  private static double heunError(int steps) {
    StepPlan plan = new HeunSolver().plan(KARRAS.grid(steps));
    PlanInterpreter.Network network =
        (input, timestep) -> {
          double sigma = Math.exp(4 * timestep);
          double variance = sigma * sigma + 0.25;
          double x = input[0] * Math.sqrt(variance);
          double denoised = 0.3 + 0.04 / (0.04 + sigma * sigma) * (x - 0.3);
          double skipped = 0.25 / variance * x;
          return new double[] {(denoised - skipped) / (sigma * 0.5 / Math.sqrt(variance))};
        };
    double x = 0.3 + 80 * 1.4;
    double exact = 0.3 + 0.2 * (x - 0.3) / Math.sqrt(0.04 + 80 * 80);
    return Math.abs(new PlanInterpreter(plan, network).endWithoutNoise(x)[0] - exact);
  }

  @Test
  void velocityIsTheNegativeOfTheOutput() {
    GridPoint noise = KARRAS.grid(5).points().get(2);
    GridPoint velocity = new EdmGrid(RANGE, false, -1, true).grid(5).points().get(2);

    assertThat(velocity.denoised().x()).isEqualTo(noise.denoised().x());
    assertThat(velocity.denoised().out()).isEqualTo(-noise.denoised().out());
  }

  @Test
  void exponentialLevelsHaveEqualRatios() {
    NoiseGrid grid = new EdmGrid(RANGE, true, 1, false).grid(5);

    for (int i = 1; i < 5; i++) {
      assertThat(grid.level(i).sigma() / grid.level(i - 1).sigma())
          .isCloseTo(Math.pow(0.002 / 80, 0.25), within(1e-6));
    }
    assertThat(grid.end().sigma()).isCloseTo(0.002, within(1e-9));
  }
}
