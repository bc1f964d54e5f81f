package io.stepwise.batching;

/** First come, first served. */
final class FifoPolicy implements Policy {

  @Override
  public String name() {
    return "fifo";
  }

  @Override
  public long slackNanos(WaitingImage next, long nowNanos) {
    return -Policy.waitedNanos(next, nowNanos);
  }
}
