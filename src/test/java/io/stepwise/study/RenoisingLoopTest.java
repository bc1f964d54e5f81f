package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RenoisingLoopTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.linear(1000, 1e-4, 0.02);

  @Test
  void loopOfBetasIsTheSolverOfThatName() {
    SchedulerConfig model =
        SchedulerConfig.parse(
            Map.of("_class_name", "RenoisingScheduler", "prediction_type", "v_prediction"));
    StepPlan solver = model.plan(10, null);
    double[] gammas =
        solver.rows().stream().mapToDouble(row -> SCHEDULE.gamma(row.timestep())).toArray();

    StepPlan loop = RenoisingLoop.plan(model.denoiser(), gammas);

    assertThat(loop.steps()).isEqualTo(10);
    for (int i = 0; i < 10; i++) {
      StepRow expected = solver.rows().get(i);
      StepRow row = loop.rows().get(i);
      assertThat(row.timestep()).isCloseTo(expected.timestep(), within(1e-6));
      assertThat(row.p()).isCloseTo(expected.p(), within(1e-9));
      assertThat(row.q()).isCloseTo(expected.q(), within(1e-9));
      assertThat(row.clip()).isEqualTo(expected.clip());
      assertThat(row.m().get(0, 2)).isCloseTo(expected.m().get(0, 2), within(1e-9));
      assertThat(row.v()).isCloseTo(expected.v(), within(1e-9));
    }
  }

  @Test
  void decoderThatKnowsNoLevelIsAskedTheSameEverywhere() {
    SchedulerConfig model =
        SchedulerConfig.parse(
            Map.of(
                "_class_name",
                "DDPMScheduler",
                "num_train_timesteps",
                1,
                "trained_betas",
                List.of(1.0),
                "prediction_type",
                "sample"));

    StepPlan loop = RenoisingLoop.plan(model.denoiser(), 3, 0, -3);

    assertThat(loop.rows())
        .allSatisfy(
            row -> {
              assertThat(row.timestep()).isZero();
              assertThat(row.inputScale()).isEqualTo(1);
              assertThat(row.p()).isZero();
              assertThat(row.q()).isEqualTo(1);
            });
    assertThat(Arrays.stream(loop.rows().get(0).m().row(0)).toArray())
        .containsExactly(0, 0, Math.sqrt(0.5));
  }
}
