package io.stepwise.batching;

/**
 * The least slack first: the time to the deadline less the time that the remaining steps need.
 *
 * <p>A request whose deadline is far off counts as due a minute after its acceptance, which is how
 * it ages.
 */
final class DeadlinePolicy implements Policy {

  /** When a request without a nearer deadline counts as due. */
  static final long PATIENCE_NANOS = 60_000_000_000L;

  /** What a step is taken to last; only the order of requests of different length hangs on it. */
  static final long STEP_NANOS = 20_000_000L;

  @Override
  public String name() {
    return "deadline";
  }

  @Override
  public long slackNanos(WaitingImage next, long nowNanos) {
    long patience = PATIENCE_NANOS - Policy.waitedNanos(next, nowNanos);
    long due = Math.min(next.deadlineNanos() - nowNanos, patience);
    return due - next.remainingSteps() * STEP_NANOS;
  }
}
