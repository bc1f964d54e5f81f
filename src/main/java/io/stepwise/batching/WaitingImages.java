package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The images that wait for their next step, kept in one lane for each request.
 *
 * <p>In a lane those with the fewest steps left stand in front, so that the images of a large
 * request are finished one after the other instead of all at its end. Not thread safe.
 */
public final class WaitingImages<T extends WaitingImage> {

  private static final Comparator<WaitingImage> NEAREST_TO_ITS_END =
      Comparator.comparingInt(WaitingImage::remainingSteps).thenComparingInt(WaitingImage::image);

  private final Map<String, NavigableSet<T>> lanes = new HashMap<>();
  private int size;
  private int rows;

  /**
   * Adds an image.
   *
   * @throws IllegalArgumentException if it waits already
   */
  public void add(T image) {
    NavigableSet<T> lane =
        lanes.computeIfAbsent(image.request(), request -> new TreeSet<>(NEAREST_TO_ITS_END));
    if (!lane.add(image)) {
      throw new IllegalArgumentException(
          "image " + image.image() + " of " + image.request() + ": waits already");
    }
    size++;
    rows += image.rows();
  }

  /** Removes the images of a plan, all of which must wait. */
  public void take(BatchPlan<T> plan) {
    for (T image : plan.images()) {
      NavigableSet<T> lane = lanes.get(image.request());
      if (lane == null || !lane.remove(image)) {
        throw new IllegalArgumentException(
            "image " + image.image() + " of " + image.request() + ": does not wait");
      }
      if (lane.isEmpty()) {
        lanes.remove(image.request());
      }
      size--;
      rows -= image.rows();
    }
  }

  /** Removes and returns all waiting images of a request. */
  public List<T> removeRequest(String request) {
    NavigableSet<T> lane = lanes.remove(request);
    if (lane == null) {
      return List.of();
    }
    lane.forEach(image -> rows -= image.rows());
    size -= lane.size();
    return new ArrayList<>(lane);
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

  /** Returns the waiting images of each request, never empty, the next one first. */
  Collection<NavigableSet<T>> lanes() {
    return lanes.values();
  }
}
