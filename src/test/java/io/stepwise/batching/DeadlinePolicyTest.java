package io.stepwise.batching;

import static io.stepwise.batching.TestImage.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DeadlinePolicyTest extends PolicyContract {

  private final TestImage image = TestImage.of("a", 0);

  @Override
  Policy policy() {
    return new DeadlinePolicy();
  }

  @Test
  void nearerDeadlineIsDueEarlier() {
    assertThat(policy().dueNanos(image.dueAt(2 * SECOND)))
        .isLessThan(policy().dueNanos(image.dueAt(3 * SECOND)));
  }

  @Test
  void ofTwoWithTheSameDeadlineTheOneWithMoreToDoIsDueEarlier() {
    TestImage due = image.dueAt(10 * SECOND);

    assertThat(policy().dueNanos(due.withRemaining(50)))
        .isLessThan(policy().dueNanos(due.withRemaining(10)));
  }

  @Test
  void farDeadlineCountsAsAMinuteFromAcceptance() {
    assertThat(policy().dueNanos(image.dueAt(24 * 3600 * SECOND)))
        .isEqualTo(60 * SECOND - 10 * DeadlinePolicy.STEP_NANOS);
  }
}
