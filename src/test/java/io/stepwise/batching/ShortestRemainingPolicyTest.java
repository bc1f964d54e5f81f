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
  void fewerRemainingStepsAreDueEarlier() {
    assertThat(policy().dueNanos(nearlyDone)).isLessThan(policy().dueNanos(justBegun));
  }

  @Test
  void requestThatHasWaitedLongerThanItsStepsCountGoesFirst() {
    long later = 49 * ShortestRemainingPolicy.STEP_NANOS;

    assertThat(policy().dueNanos(justBegun))
        .isLessThan(policy().dueNanos(nearlyDone.acceptedAt(later)));
  }
}
