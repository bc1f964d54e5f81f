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
  void nearerDeadlineHasLessSlack() {
    assertThat(policy().slackNanos(image.dueAt(2 * SECOND), 0))
        .isLessThan(policy().slackNanos(image.dueAt(3 * SECOND), 0));
  }

  @Test
  void ofTwoWithTheSameDeadlineTheOneWithMoreToDoHasLessSlack() {
    TestImage due = image.dueAt(10 * SECOND);

    assertThat(policy().slackNanos(due.withRemaining(50), 0))
        .isLessThan(policy().slackNanos(due.withRemaining(10), 0));
  }

  @Test
  void farDeadlineCountsAsAMinuteFromAcceptance() {
    assertThat(policy().slackNanos(image.dueAt(24 * 3600 * SECOND), 0))
        .isEqualTo(60 * SECOND - 10 * DeadlinePolicy.STEP_NANOS);
  }
}
