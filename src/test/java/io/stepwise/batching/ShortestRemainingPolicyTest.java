package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ShortestRemainingPolicyTest extends PolicyContract {

  private final TestImage nearlyDone = TestImage.of("short", 0).withRemaining(2);
  private final TestImage justBegun = TestImage.of("long", 0).withRemaining(50);

  @Override
  Policy policy() {
    return new ShortestRemainingPolicy();
  }

  @Test
  void fewerRemainingStepsHaveLessSlack() {
    assertThat(policy().slackNanos(nearlyDone, 0)).isLessThan(policy().slackNanos(justBegun, 0));
  }

  @Test
  void requestThatHasWaitedLongerThanItsStepsCountGoesFirst() {
    long later = 49 * ShortestRemainingPolicy.STEP_NANOS;

    assertThat(policy().slackNanos(justBegun, later))
        .isLessThan(policy().slackNanos(nearlyDone.acceptedAt(later), later));
  }
}
