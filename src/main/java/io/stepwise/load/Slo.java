package io.stepwise.load;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latency within which an answer counts as good. */
public sealed interface Slo {

  /** The same time for every request. */
  record Within(Duration time) implements Slo {

    /** Checks that the time is positive. */
    public Within {
      if (time.isNegative() || time.isZero()) {
        throw new IllegalArgumentException(time + " (expected: more than 0)");
      }
    }

    @Override
    public Duration target(int steps, Map<Integer, Duration> unloaded) {
      return time;
    }

    @Override
    public String toString() {
      return time.toMillis() + " ms";
    }
  }

  /** A multiple of what a request of as many steps takes on the idle server. */
  record OfUnloaded(double factor) implements Slo {

    /** Checks that the factor is positive. */
    public OfUnloaded {
      if (!(factor > 0) || Double.isInfinite(factor)) {
        throw new IllegalArgumentException(factor + "x (expected: more than 0)");
      }
    }

    @Override
    public @Nullable Duration target(int steps, Map<Integer, Duration> unloaded) {
      Duration alone = unloaded.get(steps);
      return alone == null ? null : Duration.ofNanos(Math.round(alone.toNanos() * factor));
    }

    @Override
    public String toString() {
      return factor + "x of unloaded";
    }
  }

  /**
   * Returns the latency that a request of so many steps may have, or null if it is not known.
   *
   * @param unloaded what a request takes on the idle server, by steps
   */
  @Nullable Duration target(int steps, Map<Integer, Duration> unloaded);
}
