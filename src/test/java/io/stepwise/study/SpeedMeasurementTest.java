package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SpeedMeasurementTest {

  /** Batches of 8 that take 0.4 seconds each: the third passes the second that is measured. */
  @Test
  void wholeBatchesAreCountedUntilASecondHasPassed() {
    AtomicLong clock = new AtomicLong(5);
    SpeedMeasurement speed = new SpeedMeasurement(clock::get);

    double images = speed.imagesPerSecond(() -> clock.addAndGet(400_000_000), 8);

    assertThat(images).isEqualTo(20);
    assertThat(clock.get()).isEqualTo(1_200_000_005);
  }
}
