package io.stepwise.http;

import io.stepwise.sampling.FleetEvent.BatchFinished;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The batches since a watcher was last told of any: the newest, and how many more there were. */
final class RecentBatches {

  private final int capacity;
  private final Deque<BatchFinished> newest = new ArrayDeque<>();
  private long dropped;

  RecentBatches(int capacity) {
    this.capacity = capacity;
  }

  /**
   * What a watcher is told.
   *
   * @param dropped how many older ones were forgotten
   */
  record Taken(long dropped, List<BatchFinished> batches) {}

  /** Adds a batch in place of the oldest if there are too many. */
  void add(BatchFinished batch) {
    if (newest.size() == capacity) {
      newest.removeFirst();
      dropped++;
    }
    newest.addLast(batch);
  }

  /** Counts batches of which nothing else is known. */
  void drop(long count) {
    dropped += count;
  }

  boolean isEmpty() {
    return newest.isEmpty();
  }

  /** Returns and forgets all. */
  Taken take() {
    Taken taken = new Taken(dropped, List.copyOf(newest));
    newest.clear();
    dropped = 0;
    return taken;
  }
}
