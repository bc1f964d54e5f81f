package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LikelihoodGridTest {

  private static final NoiseSchedule SCHEDULE = NoiseSchedule.cosine(1000);

  @Test
  void bothGridsBeginAndEndWithTheSchedule() {
    for (LikelihoodGrid grid :
        new LikelihoodGrid[] {
          LikelihoodGrid.ofTimesteps(SCHEDULE, 64), LikelihoodGrid.ofLogSnr(SCHEDULE, 64)
        }) {
      assertThat(grid.timestep(0)).isZero();
      assertThat(grid.timestep(64)).isCloseTo(999, within(1e-9));
      assertThat(grid.alpha(0)).isCloseTo(SCHEDULE.alpha(0), within(1e-12));
      assertThat(grid.sigma(64)).isCloseTo(SCHEDULE.sigma(999), within(1e-12));
    }
  }

  @Test
  void timestepsOfLogSnrsLieWhereTheScheduleHasThem() {
    LikelihoodGrid grid = LikelihoodGrid.ofLogSnr(SCHEDULE, 64);
    double spacing = (grid.gamma(64) - grid.gamma(0)) / 64;
    for (int node = 1; node < 64; node++) {
      assertThat(grid.gamma(node) - grid.gamma(node - 1)).isCloseTo(spacing, within(1e-9));
      int below = (int) grid.timestep(node);
      assertThat(grid.gamma(node))
          .isBetween(
              NegativeLogSnr.ofAlphaBar(SCHEDULE.alphaBar(below)),
              NegativeLogSnr.ofAlphaBar(SCHEDULE.alphaBar(below + 1)));
    }
  }

  @Test
  void scheduleThatEndsWithoutSignalHasNoGridOfLogSnrs() {
    NoiseSchedule schedule = SCHEDULE.withZeroTerminalSignal();
    assertThat(LikelihoodGrid.ofTimesteps(schedule, 8).alpha(8)).isZero();
    assertThatThrownBy(() -> LikelihoodGrid.ofLogSnr(schedule, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("alphaBar of the last timestep: 0");
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
    assertThatThrownBy(() -> LikelihoodGrid.ofLogSnr(single, 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_train_timesteps: 1 (expected: >= 2)");
  }

  @Test
  void levelsThatDoNotRiseAreRefused() {
    assertThatThrownBy(() -> LikelihoodGrid.of(new double[] {0, 0}, new double[] {0, 1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma at node 1: 0.0 (expected: > 0.0)");
  }
}
