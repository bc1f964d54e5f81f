package io.stepwise.batching;

/**
 * The least time to spare first: the time to the deadline less the time that all steps of an image
 * need.
 *
 * <p>Where no deadline is near, the patience of a request counts, which is in proportion to what it
 * has left to do: so a short request goes before a long one that is not about to end, and a long
 * one that has waited for long enough before a short one that has just come.
 *
 * <p>An image that takes a step never becomes less urgent by it; else requests of like urgency
 * would take turns and all be finished at the last moment.
 */
final class DeadlinePolicy implements Policy {

  /** How long a request without a near deadline is left waiting behind others, for each step. */
  static final long PATIENCE_NANOS = 100_000_000L;

  /** What a step is taken to last; only the order of requests of different length hangs on it. */
  static final long STEP_NANOS = 20_000_000L;

  @Override
  public String name() {
    return "deadline";
  }

  @Override
  public long dueNanos(WaitingImage next) {
    return Math.min(
        next.deadlineNanos() - next.steps() * STEP_NANOS,
        Policy.seniority(next) + next.remainingSteps() * PATIENCE_NANOS);
  }
}
