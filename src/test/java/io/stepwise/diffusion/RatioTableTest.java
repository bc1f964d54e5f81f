package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

final class RatioTableTest {

  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000, 1e-4, 0.02);
  private static final RatioTable TABLE = RatioTable.of(LINEAR);

  @Test
  void ratiosAreThoseOfTheReference() {
    // The sigmas of golden/schedulers/dpmpp-2m-20.json, to the last digit or two of float32.
    assertThat(TABLE.most()).isCloseTo(157.4072723388672, withinPercentage(2e-5));
    assertThat(TABLE.at(949)).isCloseTo(96.17609405517578, withinPercentage(2e-5));
    assertThat(TABLE.at(500)).isCloseTo(3.442967414855957, withinPercentage(2e-5));
  }

  @Test
  void timesBetweenTimestepsAreInterpolated() {
    assertThat(TABLE.at(10.25)).isCloseTo(0.75 * TABLE.at(10) + 0.25 * TABLE.at(11), within(1e-12));
    double between = Math.sqrt(TABLE.at(10) * TABLE.at(11));
    assertThat(TABLE.timeOf(between)).isCloseTo(10.5, within(1e-4));
  }

  @Test
  void timeOfARatioIsItsTimestep() {
    for (int t = 0; t < 1000; t += 37) {
      assertThat(TABLE.timeOf(TABLE.at(t))).isCloseTo(t, within(1e-3));
    }
    assertThat(TABLE.timeOf(1000)).isEqualTo(999);
    assertThat(TABLE.timeOf(1e-6)).isZero();
  }

  @Test
  void noSignalAtAllIsAFiniteRatio() {
    RatioTable table = RatioTable.of(LINEAR.withZeroTerminalSignal());

    assertThat(table.most()).isCloseTo(4096, within(1e-3));
    // Which is less noise than just before it, where there is signal of less than 2^-12 left.
    assertThat(table.at(998)).isGreaterThan(table.most());
    assertThat(table.timeOf(4096.1)).isCloseTo(999, within(1e-3));
  }

  @Test
  void noisiestTimestepsAreCounted() {
    int count = TABLE.countBelow(-3);

    assertThat(-Math.log(TABLE.at(1000 - count))).isLessThan(-3);
    assertThat(-Math.log(TABLE.at(999 - count))).isGreaterThanOrEqualTo(-3);
    assertThat(TABLE.countBelow(-100)).isZero();
    assertThat(TABLE.countBelow(100)).isEqualTo(1000);
  }
}
