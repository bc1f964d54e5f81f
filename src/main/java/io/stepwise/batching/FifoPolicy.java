package io.stepwise.batching;

/** First come, first served. */
final class FifoPolicy implements Policy {

  @Override
  public String name() {
    return "fifo";
  }

  @Override
  public long dueNanos(WaitingImage next) {
    return Policy.seniority(next);
  }
}
