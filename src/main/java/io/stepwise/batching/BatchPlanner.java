package io.stepwise.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Chooses the next batch: the policy orders the requests, and in that order they take turns, one
 * image each, until the batch is full.
 *
 * <p>Taking turns is what keeps a request for a thousand images from holding up one for a single
 * image: as long as there are no more requests than places, each has a place in every batch. With
 * more requests than places the policy says which, and every policy lets requests age, so that each
 * comes to the front at last.
 *
 * <p>The most urgent request also sets the key; those with other keys wait for a batch of their
 * own, at the front of which they stand when their turn has come.
 *
 * <p>A plan costs O(requests + batch log batch): it looks at one image of each request and at those
 * it takes.
 */
public final class BatchPlanner {

  private final Policy policy;

  /** Plans by a policy. */
  public BatchPlanner(Policy policy) {
    this.policy = policy;
  }

  /**
   * Returns the next batch and changes nothing.
   *
   * @param maxRows most network rows; an image that alone has more is never chosen
   * @param nowNanos the time
   */
  public <T extends WaitingImage> BatchPlan<T> plan(
      WaitingImages<T> waiting, int maxRows, long nowNanos) {
    List<Lane<T>> lanes = mostUrgent(waiting, maxRows, nowNanos);
    Queue<Iterator<T>> turns = new ArrayDeque<>();
    lanes.forEach(lane -> turns.add(lane.images().iterator()));
    List<T> images = new ArrayList<>();
    int rows = 0;
    boolean leftOut = false;
    for (Iterator<T> turn = turns.poll(); turn != null && rows < maxRows; turn = turns.poll()) {
      T image = turn.next();
      if (rows + image.rows() > maxRows) {
        leftOut = true;
        continue;
      }
      images.add(image);
      rows += image.rows();
      if (turn.hasNext()) {
        turns.add(turn);
      }
    }
    return new BatchPlan<>(images, rows, leftOut || rows == maxRows);
  }

  /** Returns the requests of the most urgent one's key, most urgent first, as many as fit. */
  private <T extends WaitingImage> List<Lane<T>> mostUrgent(
      WaitingImages<T> waiting, int maxRows, long nowNanos) {
    Comparator<Lane<T>> order = Lane.order();
    Lane<T> first = null;
    List<Lane<T>> lanes = new ArrayList<>(waiting.lanes().size());
    for (NavigableSet<T> images : waiting.lanes()) {
      T next = images.first();
      if (next.rows() > maxRows) {
        continue;
      }
      Lane<T> lane = new Lane<>(images, next, policy.slackNanos(next, nowNanos));
      lanes.add(lane);
      if (first == null || order.compare(lane, first) < 0) {
        first = lane;
      }
    }
    if (first == null) {
      return List.of();
    }
    PriorityQueue<Lane<T>> best = new PriorityQueue<>(order.reversed());
    for (Lane<T> lane : lanes) {
      if (!lane.next().key().equals(first.next().key())) {
        continue;
      }
      if (best.size() < maxRows) {
        best.add(lane);
      } else if (order.compare(lane, best.element()) < 0) {
        best.remove();
        best.add(lane);
      }
    }
    List<Lane<T>> chosen = new ArrayList<>(best);
    chosen.sort(order);
    return chosen;
  }

  /** One request's images, of which the first is next. */
  private record Lane<T extends WaitingImage>(NavigableSet<T> images, T next, long slackNanos) {

    /** Orders by slack; equals by arrival and, to be exact in every case, by name. */
    static <T extends WaitingImage> Comparator<Lane<T>> order() {
      return Comparator.<Lane<T>>comparingLong(Lane::slackNanos)
          .thenComparingLong(lane -> lane.next().acceptedNanos())
          .thenComparing(lane -> lane.next().request());
    }
  }
}
