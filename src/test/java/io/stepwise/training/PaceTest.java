package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PaceTest {

  @ParameterizedTest
  @CsvSource({
    // computed, waited, share, remaining, in milliseconds
    "100, 0, 1, 0",
    "100, 0, 0.5, 100",
    "100, 30, 0.5, 70",
    "100, 300, 0.5, 0",
    "40, 0, 0.25, 120",
    "0, 0, 0.25, 0",
    "100, 0, 0.01, 200",
    "100, 0, 0, 200"
  })
  void waitMakesComputingTheShare(long computed, long waited, double share, long remaining) {
    Pace pace = new Pace(share, 1, () -> false);

    assertThat(pace.remaining(Duration.ofMillis(computed), Duration.ofMillis(waited)))
        .isEqualTo(Duration.ofMillis(remaining));
  }

  @Test
  void otherShareHoldsWhileThereIsOtherWork() {
    assertThat(new Pace(0.9, 0.2, () -> true).now()).isEqualTo(0.2);
    assertThat(new Pace(0.9, 0.2, () -> false).now()).isEqualTo(0.9);
  }
}
