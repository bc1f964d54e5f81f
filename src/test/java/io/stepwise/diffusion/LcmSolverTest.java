package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LcmSolverTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.scaledLinear(1000, 0.00085, 0.012);
  private static final DiscreteModel MODEL =
      new DiscreteModel(SCHEDULE, Prediction.SAMPLE, null, TimestepSpacing.LEADING, 0);

  @Test
  void timestepsAreSomeOfTheDistillation() {
    StepPlan plan = new LcmSolver(50, 10).plan(MODEL, 3);

    assertThat(plan.rows().stream().mapToDouble(StepRow::timestep).toArray())
        .containsExactly(999, 679, 339);
    assertThat(new LcmSolver(50, 10).plan(MODEL, 50).rows().get(49).timestep()).isEqualTo(19);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void exactFunctionEndsAtTheDistributionOfTheData(int steps) {
    StepPlan plan = new LcmSolver(50, 10).plan(MODEL, steps);
    GaussianData data = new GaussianData(0.3, 0.25, SCHEDULE, Prediction.SAMPLE);
    StateMoments moments = new StateMoments(0, SCHEDULE.alpha(999) * 0.3, data.stateVariance(999));

    for (StepRow row : plan.rows()) {
      int t = (int) row.timestep();
      double slope = 0.5 / Math.sqrt(data.stateVariance(t));
      moments.step(row, slope, 0.3 * (1 - slope * SCHEDULE.alpha(t)));
    }

    // The boundary condition lets through less than 1e-5 of the state at these timesteps.
    assertThat(moments.mean()).isCloseTo(0.3, within(1e-4));
    assertThat(moments.variance()).isCloseTo(0.25, within(1e-4));
    assertThat(plan.rows().get(steps - 1).isNoisy()).isFalse();
  }

  @Test
  void functionIsTheIdentityAtTimestepZero() {
    StepPlan plan = new LcmSolver(1000, 10).plan(MODEL, 1000);

    assertThat(plan.rows().get(999).timestep()).isZero();
    assertThat(plan.rows().get(999).m()).isEqualTo(StepMatrix.of(new double[] {1, 0, 0}));
  }

  @Test
  void moreStepsThanTheDistillationHadAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LcmSolver(50, 10).plan(MODEL, 51))
        .withMessage("steps: 51 (expected: 1 to original_inference_steps, 50)");
  }
}
