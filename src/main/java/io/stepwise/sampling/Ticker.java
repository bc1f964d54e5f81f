package io.stepwise.sampling;

/** A clock that never goes back. Thread safe. */
@FunctionalInterface
public interface Ticker {

  /** Returns the nanoseconds since some fixed moment of this process, 0 or more. */
  long nanos();

  /** Returns the machine's clock, from now on. */
  static Ticker startingNow() {
    long origin = System.nanoTime();
    return () -> System.nanoTime() - origin;
  }
}
