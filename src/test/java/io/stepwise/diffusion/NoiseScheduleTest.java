package io.stepwise.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class NoiseScheduleTest {

  static Stream<NoiseSchedule> schedules() {
    return Stream.of(
        NoiseSchedule.linear(1000, 1e-4, 0.02),
        NoiseSchedule.scaledLinear(1000, 0.00085, 0.012),
        NoiseSchedule.cosine(1000),
        NoiseSchedule.cosine(4000),
        NoiseSchedule.linear(1000, 1e-4, 0.02).withZeroTerminalSignal(),
        NoiseSchedule.linearLogSnr(500, 13.3, -5),
        NoiseSchedule.linearLogSnr(1, 2, 2),
        NoiseSchedule.linear(1, 0.5, 0.5),
        NoiseSchedule.linear(7, 0.1, 0.3));
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void signalAndNoiseShareAVarianceOfOneAndTheSignalFalls(NoiseSchedule schedule) {
    double before = 1;
    for (int t = 0; t < schedule.trainTimesteps(); t++) {
      double alpha = schedule.alpha(t);
      double sigma = schedule.sigma(t);
      assertThat(alpha * alpha + sigma * sigma).isCloseTo(1, within(1e-15));
      assertThat(schedule.alphaBar(t)).isLessThan(before).isNotNegative();
      assertThat(schedule.beta(t)).isCloseTo(1 - schedule.alphaBar(t) / before, within(1e-15));
      before = schedule.alphaBar(t);
    }
  }

  @Test
  void negativeLogSnrGoesAlongALineBetweenTimesteps() {
    NoiseSchedule schedule = NoiseSchedule.ofBetas(0.2, 0.5, 1);
    // alphaBar .8 and .4: noise over signal 1 / 4 and 3 / 2
    assertThat(schedule.gamma(0)).isCloseTo(Math.log(0.25), within(1e-6));
    assertThat(schedule.gamma(1)).isCloseTo(Math.log(1.5), within(1e-6));
    assertThat(schedule.gamma(0.25))
        .isCloseTo(0.75 * Math.log(0.25) + 0.25 * Math.log(1.5), within(1e-6));
    assertThat(schedule.gamma(1.5)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(schedule.gamma(2)).isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void levelsThatFloat32DoesNotTellApartAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.linearLogSnr(1000, 13.3, -5))
        .withMessageStartingWith("beta at timestep ")
        .withMessageContaining("expected: > 6e-8");
  }

  @Test
  void linearBetasRiseFromTheirStartToTheirEnd() {
    NoiseSchedule schedule = NoiseSchedule.linear(1000, 1e-4, 0.02);

    assertThat(schedule.beta(0)).isCloseTo(1e-4, within(6e-8));
    assertThat(schedule.beta(333)).isCloseTo(1e-4 + 333 * 0.0199 / 999, within(6e-8));
    assertThat(schedule.beta(999)).isCloseTo(0.02, within(6e-8));
  }

  @Test
  void scaledLinearBetasAreLinearInTheirRoots() {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear(1000, 0.00085, 0.012);
    double low = Math.sqrt(0.00085);
    double high = Math.sqrt(0.012);

    for (int t : new int[] {0, 1, 499, 500, 999}) {
      double root = low + t * (high - low) / 999;
      assertThat(schedule.beta(t)).isCloseTo(root * root, within(1e-7));
    }
  }

  @Test
  void cosineFollowsItsClosedFormUntilTheCap() {
    NoiseSchedule schedule = NoiseSchedule.cosine(1000);
    double start = Math.pow(Math.cos(0.008 / 1.008 * Math.PI / 2), 2);

    for (int t : new int[] {0, 250, 500, 900, 998}) {
      double time = (t + 1) / 1000.0;
      double expected = Math.pow(Math.cos((time + 0.008) / 1.008 * Math.PI / 2), 2) / start;
      assertThat(schedule.alphaBar(t)).isCloseTo(expected, within(3e-6));
    }
    assertThat(schedule.beta(999)).isCloseTo(0.999, within(1e-7));
  }

  @Test
  void rescalingKeepsTheFirstLevelAndRemovesAllSignalFromTheLast() {
    NoiseSchedule schedule = NoiseSchedule.scaledLinear(1000, 0.00085, 0.012);

    NoiseSchedule rescaled = schedule.withZeroTerminalSignal();

    assertThat(rescaled.alphaBar(0)).isCloseTo(schedule.alphaBar(0), within(1e-6));
    assertThat(rescaled.alphaBar(999)).isZero();
    double middle =
        (schedule.alpha(500) - schedule.alpha(999))
            * schedule.alpha(0)
            / (schedule.alpha(0) - schedule.alpha(999));
    assertThat(rescaled.alpha(500)).isCloseTo(middle, within(1e-5));
  }

  @Test
  void oneStepFromPureNoiseIsASchedule() {
    NoiseSchedule schedule = NoiseSchedule.ofBetas(1.0);

    assertThat(schedule.alphaBar(0)).isZero();
    assertThat(schedule.sigma(0)).isEqualTo(1);
  }

  @Test
  void impossibleBetasAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.ofBetas(0.1, 0.0))
        .withMessageContaining("beta at timestep 1: 0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.ofBetas(0.1, 1.5))
        .withMessageContaining("beta at timestep 1: 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.ofBetas(0.1, 1.0, 0.1))
        .withMessageContaining("beta at timestep 1: 1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.linear(10, Double.NaN, 0.2))
        .withMessageContaining("beta at timestep 0: NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NoiseSchedule.linear(0, 0.1, 0.2))
        .withMessage("num_train_timesteps: 0 (expected: 1 to 1000000)");
  }
}
