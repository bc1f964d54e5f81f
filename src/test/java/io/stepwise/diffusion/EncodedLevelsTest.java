package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EncodedLevelsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 500})
  void logSnrFallsAlongALineToALevelWithoutSignal(int count) {
    NoiseSchedule schedule = SchedulerConfig.parse(EncodedLevels.scheduler(count)).noiseSchedule();

    assertThat(schedule.alphaBar(count - 1)).isZero();
    for (int t = 0; t < count - 1; t++) {
      double expected = 13.3 - 18.3 * (t + 1) / count;
      assertThat(-schedule.gamma(t))
          .isCloseTo(expected, within(1e-3 + 1e-7 / (1 - schedule.alphaBar(t))));
    }
  }

  @Test
  void oneLevelIsSampledByOneRowThatTakesTheNetworksOutput() {
    StepPlan plan = SchedulerConfig.parse(EncodedLevels.scheduler(1)).plan(1, null);

    StepRow row = plan.rows().get(0);
    assertThat(plan.rows()).hasSize(1);
    assertThat(plan.initialScale()).isEqualTo(1);
    assertThat(row.p()).isZero();
    assertThat(row.q()).isEqualTo(1);
    assertThat(row.m().row(0)).containsExactly(0, 0, 1);
    assertThat(row.isNoisy()).isFalse();
  }

  @Test
  void planOfAllLevelsTakesThePosteriorsOfTheModel() {
    SchedulerConfig scheduler = SchedulerConfig.parse(EncodedLevels.scheduler(4));
    EncodedLevels levels = EncodedLevels.of(scheduler);
    StepPlan plan = scheduler.plan(4, null);

    for (int i = 0; i < 4; i++) {
      StepRow row = plan.rows().get(i);
      EncodedLevels.Level level = levels.at(3 - i);
      assertThat(row.timestep()).isEqualTo(level.timestep());
      assertThat(row.p()).isEqualTo(level.denoised().x());
      assertThat(row.q()).isEqualTo(level.denoised().out());
      assertThat(row.clip()).isNull();
      if (level.timestep() > 0) {
        double range = row.logVarianceBounds().high() - row.logVarianceBounds().low();
        assertThat(range).isCloseTo(level.step().logVarianceRange(), within(1e-6));
        double clean = row.m().get(0, 2);
        double gain = clean * clean / Math.exp(row.logVarianceBounds().low());
        assertThat(gain).isCloseTo(level.step().ratioGain(), within(1e-6 * gain));
      }
    }
    assertThat(plan.rows().get(0).m().get(0, 0)).as("nothing is kept of no signal").isZero();
    assertThat(plan.rows().get(3).m().row(0)).containsExactly(0, 0, 1);
  }

  @ParameterizedTest
  @CsvSource({"0", "501"})
  void numberOfLevelsIsLimited(int count) {
    assertThatThrownBy(() -> EncodedLevels.scheduler(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("timesteps: " + count + " (expected: 1 to 500)");
  }

  @Test
  void schedulerThatLeavesSignalOrPredictsNoiseIsRefused() {
    SchedulerConfig ddpm = SchedulerConfig.parse(Map.of(), "ddpm");
    Map<String, Object> noise = EncodedLevels.scheduler(3);
    noise.put("prediction_type", "epsilon");

    assertThatThrownBy(() -> EncodedLevels.of(ddpm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: 0 with an encoder)");
    assertThatThrownBy(() -> EncodedLevels.of(SchedulerConfig.parse(noise)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prediction_type: epsilon (expected: sample or v_prediction");
  }
}
