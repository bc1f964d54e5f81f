package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class TimingTest {

  @Test
  void workIsDoneAtLeastOnce() {
    AtomicInteger done = new AtomicInteger();

    double rate = Timing.perSecond(Duration.ofNanos(1), done::incrementAndGet);

    assertThat(done).hasValue(1);
    assertThat(rate).isPositive();
  }

  @Test
  void rateIsWorkOverTime() {
    AtomicInteger done = new AtomicInteger();
    Duration length = Duration.ofMillis(20);

    double rate = Timing.perSecond(length, done::incrementAndGet);

    assertThat(rate).isBetween(0.0, done.get() / 0.02);
    assertThat(done.get() / rate).isGreaterThanOrEqualTo(0.02);
  }
}
