package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SamplingOptionsTest {

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final SamplingOptions GOOD = Toys.options(4);

  @Test
  void batchHasRoomForAGuidedImage() {
    assertThatThrownBy(() -> replicas(1, 3, SECOND))
        .hasMessage("replicas.maxBatchRows: 1 (expected: 2 to 4096)");
  }

  @Test
  void imageIsTriedAloneBeforeItFails() {
    assertThatThrownBy(() -> replicas(4, 2, SECOND))
        .hasMessage("replicas.maxAttempts: 2 (expected: 3 to 100)");
  }

  @Test
  void longestPauseIsNotShorterThanTheFirst() {
    assertThatThrownBy(() -> replicas(4, 3, Duration.ofMillis(1)))
        .hasMessage("replicas.maxBackoff: PT0.001S (expected: >= minBackoff, PT0.1S)");
  }

  @Test
  void requestFitsIntoTheQueue() {
    assertThatThrownBy(() -> new SamplingOptions(GOOD.requests(), GOOD.replicas(), "fifo", 999, 2))
        .hasMessage("requests.maxImages: 1000 (expected: 1 to 999)");
  }

  @Test
  void policyIsKnown() {
    assertThatThrownBy(() -> new SamplingOptions(GOOD.requests(), GOOD.replicas(), "lifo", 1000, 2))
        .hasMessageStartingWith("policy: lifo");
  }

  @Test
  void deadlinesAreInOrder() {
    assertThatThrownBy(() -> new SamplingOptions.Requests(1, 1, 1, SECOND, Duration.ofMillis(999)))
        .hasMessage("requests.maxDeadline: PT0.999S (expected: >= defaultDeadline, PT1S)");
  }

  private static SamplingOptions.Replicas replicas(int rows, int attempts, Duration maxBackoff) {
    return new SamplingOptions.Replicas(
        rows, 2, attempts, SECOND, Duration.ofMillis(100), maxBackoff, 1);
  }
}
