package io.stepwise.bench;

import io.stepwise.sampling.SamplingListener;
import java.util.ArrayList;
import java.util.List;

/** When the replicas of one node finished batches, and how many images took a step in each. */
final class BatchClock implements SamplingListener {

  private static final double NANOS = 1e9;

  private record Finish(long nanos, int images) {}

  private final List<Finish> finishes = new ArrayList<>();

  @Override
  public synchronized void batchFinished(FinishedBatch batch) {
    finishes.add(new Finish(System.nanoTime(), batch.images()));
  }

  /** Returns how many batches were finished since a moment. */
  synchronized int batchesSince(long nanos) {
    return (int) finishes.stream().filter(finish -> finish.nanos - nanos >= 0).count();
  }

  /**
   * Returns the image-steps a second since a moment, from the end of the first batch to that of the
   * last; two or more must have been finished.
   */
  synchronized double ratePerSecondSince(long nanos) {
    List<Finish> since = finishes.stream().filter(finish -> finish.nanos - nanos >= 0).toList();
    Finish first = since.get(0);
    Finish last = since.get(since.size() - 1);
    int images = since.stream().mapToInt(Finish::images).sum() - first.images;
    return images * NANOS / (last.nanos - first.nanos);
  }
}
