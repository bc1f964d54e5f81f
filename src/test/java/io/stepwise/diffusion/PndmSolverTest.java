package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PndmSolverTest {

  private static final int FINE = 20_480;
  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000, 1e-4, 0.02);

  /** The linear schedule in steps so small that the solver's own error is what is seen. */
  private static final NoiseSchedule FINE_LINEAR =
      NoiseSchedule.linear(FINE, 1e-4 * 1000 / FINE, 0.02 * 1000 / FINE);

  private static DiscreteModel model(NoiseSchedule schedule, TimestepSpacing spacing) {
    return new DiscreteModel(schedule, Prediction.EPSILON, null, spacing, 0);
  }

  private static double[] timesteps(StepPlan plan) {
    return plan.rows().stream().mapToDouble(StepRow::timestep).toArray();
  }

  @Test
  void secondTimestepIsVisitedTwiceWithoutRungeKutta() {
    StepPlan plan = new PndmSolver(true, false).plan(model(LINEAR, TimestepSpacing.LEADING), 5);

    assertThat(timesteps(plan)).containsExactly(800, 600, 600, 400, 200, 0);
    assertThat(
            timesteps(new PndmSolver(true, true).plan(model(LINEAR, TimestepSpacing.LEADING), 1)))
        .containsExactly(0);
  }

  @Test
  void rungeKuttaStepsVisitTheMiddlesTwice() {
    StepPlan plan = new PndmSolver(false, false).plan(model(LINEAR, TimestepSpacing.LEADING), 5);

    assertThat(timesteps(plan))
        .containsExactly(800, 700, 700, 600, 600, 500, 500, 400, 400, 300, 300, 200, 200, 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void errorHalfwayFallsWithTheSquareOfTheStep(boolean skipsRungeKutta) {
    double error = errorHalfway(skipsRungeKutta, 160);

    assertThat(error).isLessThan(1e-5);
    assertThat(error / errorHalfway(skipsRungeKutta, 320)).isBetween(3.5, 4.5);
  }

  /** Returns the error against the exact flow at half of the timesteps, where it is smooth. */
  private static double errorHalfway(boolean skipsRungeKutta, int steps) {
    GaussianData data = new GaussianData(0.3, 0.25, FINE_LINEAR, Prediction.EPSILON);
    StepPlan plan =
        new PndmSolver(skipsRungeKutta, false)
            .plan(model(FINE_LINEAR, TimestepSpacing.LEADING), steps);
    int rowsToHalf = steps / 2 + (skipsRungeKutta ? 0 : 8);
    int begin = (int) plan.rows().get(0).timestep();
    double worst = 0;
    for (double z = -2; z <= 2; z += 0.5) {
      double x = FINE_LINEAR.alpha(begin) * 0.3 + z * Math.sqrt(data.stateVariance(begin));
      double half = FINE_LINEAR.alpha(FINE / 2) * 0.3 + z * Math.sqrt(data.stateVariance(FINE / 2));
      double reached =
          new PlanInterpreter(plan, data::output)
              .states(new double[] {x}, step -> null)
              .get(rowsToHalf - 1)[0];
      worst = Math.max(worst, Math.abs(reached - half));
    }
    return worst;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void constantNoiseEndsAtTheCleanImage(boolean skipsRungeKutta) {
    StepPlan plan =
        new PndmSolver(skipsRungeKutta, true).plan(model(LINEAR, TimestepSpacing.LEADING), 20);
    double x = LINEAR.alpha(950) * 0.4 + LINEAR.sigma(950) * -1.1;

    double end =
        new PlanInterpreter(plan, (input, timestep) -> new double[] {-1.1}).endWithoutNoise(x)[0];

    assertThat(end).isCloseTo(0.4, within(1e-9));
  }

  /** Adams-Bashforth: k outputs at equal distances integrate polynomials of degree k - 1. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void averageOfTheOutputsIntegratesPolynomials(int outputs) {
    StepPlan plan = new PndmSolver(true, false).plan(model(LINEAR, TimestepSpacing.LEADING), 10);
    StepMatrix m = plan.rows().get(outputs).m();

    double[] weights = {m.get(0, 1), m.get(0, 3), m.get(0, 4), m.get(0, 5)};
    double sum = DoubleStream.of(weights).sum();
    for (int degree = 0; degree < outputs; degree++) {
      double integral = weights[0] / sum * (degree == 0 ? 1 : 0);
      for (int age = 1; age < weights.length; age++) {
        integral += weights[age] / sum * Math.pow(-age, degree);
      }
      assertThat(integral).isCloseTo(1.0 / (degree + 1), within(1e-9));
    }
  }

  @Test
  void threeStepsAreTooFewForRungeKutta() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new PndmSolver(false, false).plan(model(LINEAR, TimestepSpacing.LEADING), 3))
        .withMessage("steps: 3 (expected: 4 or more without skip_prk_steps)");
  }
}
