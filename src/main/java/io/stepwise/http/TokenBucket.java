package io.stepwise.http;

import java.time.Duration;
import java.util.Optional;

/**
 * A rate that may be used up to a minute ahead: it holds a minute's worth, and fills evenly. Thread
 * safe.
 */
final class TokenBucket {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private double tokens;
  private long filledNanos;

  /**
   * Makes a full one.
   *
   * @param perMinute 1 or more
   */
  TokenBucket(int perMinute, long nowNanos) {
    this.perMinute = perMinute;
    this.tokens = perMinute;
    this.filledNanos = nowNanos;
  }

  /**
   * Takes one.
   *
   * @return when there will be one if there is none; empty if it was taken
   */
  synchronized Optional<Duration> take(long nowNanos) {
    long passed = Math.max(0, nowNanos - filledNanos);
    tokens = Math.min(perMinute, tokens + (double) passed * perMinute / MINUTE);
    filledNanos = Math.max(filledNanos, nowNanos);
    if (tokens < 1) {
      return Optional.of(Duration.ofNanos((long) Math.ceil((1 - tokens) * MINUTE / perMinute)));
    }
    tokens--;
    return Optional.empty();
  }
}
