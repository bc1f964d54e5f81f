package io.stepwise.batching;

/**
 * The least slack first, which is the time to the deadline less the time that the remaining steps
 * need.
 *
 * <p>A request whose deadline is far off has one a minute after its acceptance, so that it ages.
 */
final class DeadlinePolicy implements Policy {

  /** How long a request without a nearer deadline is left waiting behind others. */
  static final long PATIENCE_NANOS = 60_000_000_000L;

  /** What a step is taken to last; only the order of requests of different length hangs on it. */
  static final long STEP_NANOS = 20_000_000L;

  @Override
  public String name() {
    return "deadline";
  }

  @Override
  public long dueNanos(WaitingImage next) {
    return Math.min(next.deadlineNanos(), Policy.seniority(next) + PATIENCE_NANOS)
        - next.remainingSteps() * STEP_NANOS;
  }
}
