package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class LearningRateTest {

  private static final double PEAK = 0.4;
  private static final int WARM_UP = 10;
  private static final int STEPS = 110;

  /** Values of the definitions at a tenth, a half and nine tenths after the warm-up. */
  @ParameterizedTest
  @CsvSource({
    "constant, 0.4, 0.4, 0.4",
    "constant_with_warmup, 0.4, 0.4, 0.4",
    "linear, 0.36, 0.2, 0.04",
    "cosine, 0.3902113032590307, 0.2, 0.0097886967409693",
    // four cycles: progress 0.4, 0 and 0.6 of one
    "cosine_with_restarts, 0.2618033988749895, 0.4, 0.1381966011250105",
    // the power of 3: 0.729, 0.125 and 0.001 of the peak
    "polynomial, 0.2916, 0.05, 0.0004"
  })
  void ratesHaveTheirClosedForm(String name, double early, double half, double late) {
    LearningRate rate = rate(LearningRateSchedule.of(name));

    assertThat(rate.at(20, STEPS)).isCloseTo(early, within(1e-12));
    assertThat(rate.at(60, STEPS)).isCloseTo(half, within(1e-12));
    assertThat(rate.at(100, STEPS)).isCloseTo(late, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CONSTANT")
  void rateRisesAlongALineToItsPeak(LearningRateSchedule schedule) {
    LearningRate rate = rate(schedule);

    assertThat(rate.at(0, STEPS)).isEqualTo(PEAK / WARM_UP);
    assertThat(rate.at(4, STEPS)).isEqualTo(PEAK / 2);
    assertThat(rate.at(WARM_UP, STEPS)).isEqualTo(PEAK);
  }

  @Test
  void constantRateHasNoWarmUp() {
    assertThat(rate(LearningRateSchedule.CONSTANT).at(0, STEPS)).isEqualTo(PEAK);
  }

  @Test
  void trainingShorterThanItsWarmUpOnlyRises() {
    assertThat(rate(LearningRateSchedule.COSINE).at(4, 5)).isEqualTo(PEAK / 2);
  }

  @ParameterizedTest
  @EnumSource
  void rateIsNeverNegativeNorAboveThePeak(LearningRateSchedule schedule) {
    for (int step = 0; step < STEPS; step++) {
      assertThat(rate(schedule).at(step, STEPS)).isBetween(0.0, PEAK);
    }
  }

  @Test
  void unknownNameIsRefusedWithTheKnownOnes() {
    assertThat(Arrays.stream(LearningRateSchedule.values()))
        .allSatisfy(s -> assertThat(LearningRateSchedule.of(s.fieldValue())).isEqualTo(s));
    assertThatThrownBy(() -> LearningRateSchedule.of("cubic"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "learning-rate schedule: cubic (expected: one of constant, constant_with_warmup,"
                + " linear, cosine, cosine_with_restarts, polynomial)");
  }

  private static LearningRate rate(LearningRateSchedule schedule) {
    return new LearningRate(PEAK, schedule, WARM_UP, 4, 3);
  }
}
