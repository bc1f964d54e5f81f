package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LikelihoodGridTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(1000);
  private static final Denoiser DENOISER = model(Map.of()).denoiser();

  private static SchedulerConfig model(Map<String, Object> fields) {
    Map<String, Object> all = new HashMap<>(fields);
    all.put("_class_name", "DDPMScheduler");
    all.putIfAbsent("beta_schedule", "squaredcos_cap_v2");
    all.put("prediction_type", "v_prediction");
    return SchedulerConfig.parse(all);
  }

  @Test
  void bothGridsBeginAndEndWithTheSchedule() {
    for (LikelihoodGrid grid :
        new LikelihoodGrid[] {
          LikelihoodGrid.ofTimesteps(SCHEDULE, 64), LikelihoodGrid.ofLogSnr(DENOISER, 64)
        }) {
      assertThat(grid.alpha(0)).isCloseTo(SCHEDULE.alpha(0), within(1e-12));
      assertThat(grid.sigma(64)).isCloseTo(SCHEDULE.sigma(999), within(1e-12));
    }
  }

  @Test
  void logSnrsAreEquallySpaced() {
    LikelihoodGrid grid = LikelihoodGrid.ofLogSnr(DENOISER, 64);
    double spacing = (grid.gamma(64) - grid.gamma(0)) / 64;
    for (int node = 1; node < 64; node++) {
      assertThat(grid.gamma(node) - grid.gamma(node - 1)).isCloseTo(spacing, within(1e-9));
    }
  }

  @Test
  void scheduleThatEndsWithoutSignalHasNoGridOfLogSnrs() {
    NoiseSchedule schedule = SCHEDULE.withZeroTerminalSignal();
    assertThat(LikelihoodGrid.ofTimesteps(schedule, 8).alpha(8)).isZero();
    Denoiser denoiser = model(Map.of("rescale_betas_zero_snr", true)).denoiser();
    assertThatThrownBy(() -> LikelihoodGrid.ofLogSnr(denoiser, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("log-SNR of the last noise level: -Infinity (expected: a number");
  }

  @Test
  void scheduleThatEndsWithoutSignalHasNoNodeInItsLastInterval() {
    NoiseSchedule schedule = SCHEDULE.withZeroTerminalSignal();
    LikelihoodGrid finest = LikelihoodGrid.ofTimesteps(schedule, 999);
    assertThat(finest.gamma(998)).isFinite();
    assertThat(finest.gamma(999)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatThrownBy(() -> LikelihoodGrid.ofTimesteps(schedule, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("steps: 1000 (expected: <= 999, as the last timestep has no signal)");
  }

  @Test
  void singleTimestepMakesNoGrid() {
    NoiseSchedule single = NoiseSchedule.linear(1, 1e-4, 0.02);
    assertThatThrownBy(() -> LikelihoodGrid.ofTimesteps(single, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_train_timesteps: 1 (expected: >= 2)");
    Denoiser denoiser =
        model(Map.of("num_train_timesteps", 1, "beta_schedule", "linear")).denoiser();
    assertThatThrownBy(() -> LikelihoodGrid.ofLogSnr(denoiser, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("noise levels: 1 (expected: >= 2)");
  }

  @Test
  void levelsThatDoNotRiseAreRefused() {
    assertThatThrownBy(() -> LikelihoodGrid.of(0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma at node 1: 0.0 (expected: > 0.0)");
  }
}
