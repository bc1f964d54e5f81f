package io.stepwise.batching;

/**
 * The fewest remaining steps first, which gives the shortest mean time; each step counts for a
 * tenth of a second of waiting, so that a long request goes before a short one that came much
 * later.
 */
final class ShortestRemainingPolicy implements Policy {

  static final long STEP_NANOS = 100_000_000L;

  @Override
  public String name() {
    return "shortest-remaining";
  }

  @Override
  public long dueNanos(WaitingImage next) {
    return Policy.seniority(next) + next.remainingSteps() * STEP_NANOS;
  }
}
