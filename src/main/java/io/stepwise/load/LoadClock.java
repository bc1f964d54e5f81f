package io.stepwise.load;

import java.util.concurrent.locks.LockSupport;

/** The time of a load test, and waiting for it. */
interface LoadClock {

  /** The machine's monotonic clock. */
  LoadClock SYSTEM =
      new LoadClock() {
        @Override
        public long nanos() {
          return System.nanoTime();
        }

        @Override
        public boolean awaitNanos(long time) {
          long left = time - System.nanoTime();
          while (left > 0) {
            if (Thread.currentThread().isInterrupted()) {
              return false;
            }
            LockSupport.parkNanos(left);
            left = time - System.nanoTime();
          }
          return true;
        }
      };

  /** Returns the present time in nanoseconds from any moment. */
  long nanos();

  /** Waits until a time; returns at once with false if the thread is interrupted. */
  boolean awaitNanos(long time);
}
