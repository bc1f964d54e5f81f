package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FifoPolicyTest extends PolicyContract {

  @Override
  Policy policy() {
    return new FifoPolicy();
  }

  @Test
  void earlierRequestHasLessSlack() {
    TestImage early = TestImage.of("early", 0).withRemaining(1000);
    TestImage late = TestImage.of("late", 0).withRemaining(1).acceptedAt(1).dueAt(2);

    assertThat(policy().slackNanos(early, 1)).isLessThan(policy().slackNanos(late, 1));
  }
}
