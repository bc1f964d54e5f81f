package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final TokenBucket bucket = new TokenBucket(60, 0);

  @Test
  void aMinutesWorthMayBeTakenAtOnce() {
    take(60, 0);

    assertThat(bucket.take(0)).contains(Duration.ofSeconds(1));
  }

  @Test
  void oneMoreIsThereWhenItWasSaidToBe() {
    take(60, 0);

    assertThat(bucket.take(SECOND / 4)).contains(Duration.ofMillis(750));
    assertThat(bucket.take(SECOND)).isEmpty();
    assertThat(bucket.take(SECOND)).contains(Duration.ofSeconds(1));
  }

  @Test
  void nothingIsSavedBeyondAMinute() {
    long hour = Duration.ofHours(1).toNanos();
    take(60, hour);

    assertThat(bucket.take(hour)).isPresent();
  }

  @Test
  void refusedRequestsTakeNothing() {
    take(60, 0);
    for (int i = 0; i < 1000; i++) {
      assertThat(bucket.take(SECOND / 2)).isPresent();
    }

    assertThat(bucket.take(SECOND)).isEmpty();
  }

  @Test
  void slowRateWaitsLong() {
    TokenBucket slow = new TokenBucket(1, 0);
    assertThat(slow.take(0)).isEmpty();

    assertThat(slow.take(SECOND)).contains(Duration.ofSeconds(59));
  }

  @Test
  void clockThatStandsBehindAddsNothing() {
    take(60, SECOND);

    assertThat(bucket.take(0)).isPresent();
    assertThat(bucket.take(2 * SECOND)).isEmpty();
    assertThat(bucket.take(2 * SECOND)).isPresent();
  }

  private void take(int count, long nowNanos) {
    for (int i = 0; i < count; i++) {
      assertThat(bucket.take(nowNanos)).isEmpty();
    }
  }
}
