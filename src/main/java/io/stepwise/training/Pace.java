package io.stepwise.training;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How much of the time a training may compute, so that it shares its machine.
 *
 * @param share fraction of the time while nothing else has work
 * @param shareWhenBusy fraction while something has
 * @param isBusy tells quickly, on any thread, whether something else has work
 */
record Pace(double share, double shareWhenBusy, BooleanSupplier isBusy) {

  /** Longest wait before it is asked anew whether there is other work. */
  static final Duration LONGEST_WAIT = Duration.ofMillis(200);

  /** Returns the fraction that holds now. */
  double now() {
    return isBusy.getAsBoolean() ? shareWhenBusy : share;
  }

  /**
   * Returns how much longer to wait before the next update: so long that computing is the fraction
   * of computing and waiting.
   *
   * @param computed time that the last update took
   * @param waited time since its end
   */
  Duration remaining(Duration computed, Duration waited) {
    double fraction = now();
    if (fraction >= 1) {
      return Duration.ZERO;
    }
    double wait = fraction <= 0 ? Double.MAX_VALUE : computed.toNanos() * (1 / fraction - 1);
    double left = Math.max(0, wait - waited.toNanos());
    return Duration.ofNanos((long) Math.min(left, (double) LONGEST_WAIT.toNanos()));
  }
}
