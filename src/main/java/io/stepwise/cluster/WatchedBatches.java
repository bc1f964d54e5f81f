package io.stepwise.cluster;

import io.stepwise.sampling.FleetEvent.BatchFinished;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The batches of a host since its watchers were last told of any: the newest, and how many more
 * there were. Who watches has to say so again and again. Not thread safe.
 */
final class WatchedBatches {

  /** Time between two messages to a watcher. */
  static final Duration PERIOD = Duration.ofMillis(100);

  /** How long somebody watches who has said so; longer than a few reports of the load. */
  static final Duration LEASE = Duration.ofSeconds(2);

  /** Most batches of a message. */
  static final int MOST_BATCHES = 128;

  /** Most images of a message, unless one batch has more: it fits the smallest frame. */
  static final int MOST_IMAGES = 1024;

  private final Map<ActorRef<Placement.News>, Long> watchers = new HashMap<>();
  private final Deque<BatchFinished> newest = new ArrayDeque<>();
  private int images;
  private long dropped;

  /** What watchers are told. */
  record Taken(long dropped, List<HostedBatch> batches) {}

  /** Somebody watches from now on, for a while. */
  void watch(ActorRef<Placement.News> watcher, long nowNanos) {
    watchers.put(watcher, nowNanos + LEASE.toNanos());
  }

  /** Returns those who still watch; all is forgotten when there is nobody. */
  Set<ActorRef<Placement.News>> watchers(long nowNanos) {
    watchers.values().removeIf(until -> until - nowNanos < 0);
    if (watchers.isEmpty()) {
      forget();
    }
    return watchers.keySet();
  }

  /** Adds a batch, in place of the oldest if there are too many. */
  void add(BatchFinished batch) {
    newest.addLast(batch);
    images += batch.images().size();
    while (newest.size() > MOST_BATCHES || (images > MOST_IMAGES && newest.size() > 1)) {
      images -= newest.removeFirst().images().size();
      dropped++;
    }
  }

  boolean isEmpty() {
    return newest.isEmpty();
  }

  /** Returns and forgets all. */
  Taken take(Instant now) {
    Taken taken =
        new Taken(dropped, newest.stream().map(batch -> HostedBatch.of(batch, now)).toList());
    forget();
    return taken;
  }

  private void forget() {
    newest.clear();
    images = 0;
    dropped = 0;
  }
}
