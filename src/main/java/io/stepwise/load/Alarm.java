package io.stepwise.load;

/** Does something later. */
@FunctionalInterface
interface Alarm {

  /** Does something after this time and returns what keeps it from doing so. */
  Runnable set(long delayNanos, Runnable action);
}
