package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimestepSpacingTest {

  @Test
  void leadingStepsByTheRoundedQuotientFromZero() {
    assertThat(TimestepSpacing.LEADING.timesteps(4, 1000, 0)).containsExactly(750, 500, 250, 0);
    assertThat(TimestepSpacing.LEADING.timesteps(3, 1000, 0)).containsExactly(666, 333, 0);
    assertThat(TimestepSpacing.LEADING.timesteps(3, 1000, 1)).containsExactly(667, 334, 1);
    assertThat(TimestepSpacing.LEADING.timesteps(1, 1000, 0)).containsExactly(0);
  }

  @Test
  void linspaceHoldsBothEnds() {
    assertThat(TimestepSpacing.LINSPACE.timesteps(4, 1000, 0)).containsExactly(999, 666, 333, 0);
    // 166.5 and 499.5 round to the even neighbour.
    assertThat(TimestepSpacing.LINSPACE.timesteps(7, 1000, 0))
        .containsExactly(999, 832, 666, 500, 333, 166, 0);
    assertThat(TimestepSpacing.LINSPACE.timesteps(1, 1000, 0)).containsExactly(0);
  }

  @Test
  void trailingBeginsAtTheLastTimestep() {
    assertThat(TimestepSpacing.TRAILING.timesteps(4, 1000, 0)).containsExactly(999, 749, 499, 249);
    assertThat(TimestepSpacing.TRAILING.timesteps(3, 1000, 0)).containsExactly(999, 666, 332);
    assertThat(TimestepSpacing.TRAILING.timesteps(1, 1000, 0)).containsExactly(999);
  }

  @ParameterizedTest
  @EnumSource
  void anyNumberOfStepsGivesSoManyDistinctTimestepsInRange(TimestepSpacing spacing) {
    for (int steps = 1; steps <= 1000; steps++) {
      int[] timesteps = spacing.timesteps(steps, 1000, 0);
      assertThat(timesteps).hasSize(steps);
      assertThat(timesteps[0]).isLessThan(1000);
      assertThat(timesteps[steps - 1]).isNotNegative();
      assertThat(Arrays.stream(timesteps).distinct().count()).isEqualTo(steps);
      for (int i = 1; i < steps; i++) {
        assertThat(timesteps[i]).isLessThan(timesteps[i - 1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allStepsVisitEveryTimestep(TimestepSpacing spacing) {
    assertThat(spacing.timesteps(5, 5, 0)).containsExactly(4, 3, 2, 1, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001, 1_000_000_000, Integer.MIN_VALUE})
  void impossibleStepCountIsRefused(int steps) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimestepSpacing.TRAILING.timesteps(steps, 1000, 0))
        .withMessage("steps: " + steps + " (expected: 1 to 1000)");
  }

  @Test
  void offsetBeyondTheLastTimestepIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimestepSpacing.LEADING.timesteps(1000, 1000, 1))
        .withMessage("steps_offset: 1 (expected: at most 0 with 1000 steps)");
    assertThat(TimestepSpacing.LEADING.timesteps(50, 1000, 19)[0]).isEqualTo(999);
  }

  @Test
  void offsetMovesLeadingTimestepsOnly() {
    assertThat(TimestepSpacing.TRAILING.timesteps(2, 10, 1)).containsExactly(9, 4);
    assertThat(TimestepSpacing.LINSPACE.timesteps(2, 10, 1)).containsExactly(9, 0);
    assertThat(TimestepSpacing.LEADING.timesteps(2, 10, 1)).containsExactly(6, 1);
  }
}
