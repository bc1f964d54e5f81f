package io.stepwise.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Rates of work, by the clock on the wall. */
final class Timing {

  private static final double NANOS = 1e9;

  private Timing() {}

  /**
   * Repeats work for a while and returns how often a second it was done.
   *
   * @param least how long to go on at least; the work that is under way then is finished
   */
  static double perSecond(Duration least, Runnable work) {
    long begin = System.nanoTime();
    long elapsed;
    int count = 0;
    do {
      work.run();
      count++;
      elapsed = System.nanoTime() - begin;
    } while (elapsed < least.toNanos());
    return count * NANOS / elapsed;
  }

  /** Waits, at no cost of the processor, until the system's clock shows so many nanoseconds. */
  static void waitUntil(long nanos) {
    for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Does work once and returns the seconds that it took. */
  static double seconds(Runnable work) {
    long begin = System.nanoTime();
    work.run();
    return (System.nanoTime() - begin) / NANOS;
  }
}
