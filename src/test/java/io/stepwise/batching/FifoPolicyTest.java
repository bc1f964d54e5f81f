package io.stepwise.batching;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FifoPolicyTest extends PolicyContract {

  @Override
  Policy policy() {
    return new FifoPolicy();
  }

  @Test
  void earlierRequestIsDueEarlier() {
    TestImage early = TestImage.of("early", 0).withRemaining(1000);
    TestImage late = TestImage.of("late", 0).withRemaining(1).acceptedAt(1).dueAt(2);

    assertThat(policy().dueNanos(early)).isLessThan(policy().dueNanos(late));
  }
}
