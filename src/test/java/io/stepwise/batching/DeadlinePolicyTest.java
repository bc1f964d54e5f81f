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
    assertThat(policy().dueNanos(image.dueAt(SECOND / 2)))
        .isLessThan(policy().dueNanos(image.dueAt(SECOND)));
  }

  @Test
  void ofTwoWithTheSameNearDeadlineTheOneWithMoreStepsIsDueEarlier() {
    TestImage due = image.dueAt(2 * SECOND);

    assertThat(policy().dueNanos(due.withSteps(50)))
        .isLessThan(policy().dueNanos(due.withSteps(40)));
  }

  @Test
  void farDeadlineCountsLessThanTheLengthOfTheRequest() {
    TestImage far = image.dueAt(24 * 3600 * SECOND);

    assertThat(policy().dueNanos(far.withSteps(10))).isEqualTo(SECOND);
    assertThat(policy().dueNanos(far.withSteps(250))).isEqualTo(25 * SECOND);
  }

  @Test
  void longRequestThatHasWaitedGoesBeforeAShortOneThatHasJustCome() {
    TestImage old = image.withSteps(250);

    assertThat(policy().dueNanos(old))
        .isLessThan(policy().dueNanos(image.withSteps(10).acceptedAt(25 * SECOND)));
  }

  @Test
  void stepMakesNoImageLessUrgent() {
    for (TestImage any : new TestImage[] {image.dueAt(SECOND), image.dueAt(3600 * SECOND)}) {
      assertThat(policy().dueNanos(any.next())).isLessThanOrEqualTo(policy().dueNanos(any));
    }
  }
}
