package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The images that wait for their next step, kept in one lane for each request, and the lanes in the
 * order of a policy.
 *
 * <p>Adding or taking an image costs O(log waiting). Not thread safe.
 */
public final class WaitingImages<T extends WaitingImage> {

  private final Policy policy;
  private final Map<String, Lane<T>> lanes = new HashMap<>();
  private final Map<BatchKey, NavigableSet<Lane<T>>> order = new HashMap<>();
  private int size;
  private int rows;

  /** Orders what will wait by a policy. */
  public WaitingImages(Policy policy) {
    this.policy = policy;
  }

  /**
   * Adds an image.
   *
   * @throws IllegalArgumentException if it waits already
   */
  public void add(T image) {
    Lane<T> lane = lanes.computeIfAbsent(image.request(), request -> new Lane<>(image, policy));
    leaveOrder(lane);
    boolean added = lane.add(image);
    enterOrder(lane);
    if (!added) {
      throw new IllegalArgumentException(
          "image " + image.image() + " of " + image.request() + ": waits already");
    }
    size++;
    rows += image.rows();
  }

  /** Removes the images of a plan, all of which must wait. */
  public void take(BatchPlan<T> plan) {
    plan.images().forEach(this::remove);
  }

  /** Removes and returns all waiting images of a request. */
  public List<T> removeRequest(String request) {
    List<T> removed = new ArrayList<>();
    Lane<T> lane = lanes.get(request);
    if (lane != null) {
      lane.iterator().forEachRemaining(removed::add);
      removed.forEach(this::remove);
    }
    return removed;
  }

  /** Returns how many images wait. */
  public int size() {
    return size;
  }

  /** Returns how many network rows the next steps of all waiting images cost. */
  public int rows() {
    return rows;
  }

  /** Returns whether nothing waits. */
  public boolean isEmpty() {
    return size == 0;
  }

  /** Returns the lanes that have the key of the most urgent one, which comes first. */
  List<Lane<T>> mostUrgent(int most) {
    Optional<NavigableSet<Lane<T>>> ordered =
        order.values().stream().min(Comparator.comparing(NavigableSet::first, Lane.MOST_URGENT));
    return ordered.map(set -> set.stream().limit(most).toList()).orElse(List.of());
  }

  private void remove(T image) {
    Lane<T> lane = lanes.get(image.request());
    if (lane != null) {
      leaveOrder(lane);
      if (lane.remove(image)) {
        size--;
        rows -= image.rows();
        enterOrder(lane);
        return;
      }
      enterOrder(lane);
    }
    throw new IllegalArgumentException(
        "image " + image.image() + " of " + image.request() + ": does not wait");
  }

  private void leaveOrder(Lane<T> lane) {
    NavigableSet<Lane<T>> ordered = order.get(lane.key());
    if (ordered != null) {
      ordered.remove(lane);
      if (ordered.isEmpty()) {
        order.remove(lane.key());
      }
    }
  }

  private void enterOrder(Lane<T> lane) {
    if (lane.isEmpty()) {
      lanes.remove(lane.request());
    } else {
      order.computeIfAbsent(lane.key(), key -> new TreeSet<>(Lane.MOST_URGENT)).add(lane);
    }
  }
}
