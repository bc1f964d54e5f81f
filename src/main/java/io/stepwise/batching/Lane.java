package io.stepwise.batching;

import java.util.Comparator;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The waiting images of one request, those with the fewest steps left in front, so that the images
 * of a large request are finished one after the other instead of all at its end.
 *
 * <p>Not thread safe.
 */
final class Lane<T extends WaitingImage> {

  private static final Comparator<WaitingImage> NEAREST_TO_ITS_END =
      Comparator.comparingInt(WaitingImage::remainingSteps).thenComparingInt(WaitingImage::image);

  /** Earliest due first; equals by arrival and, to be exact in every case, by name. */
  static final Comparator<Lane<?>> MOST_URGENT =
      Comparator.<Lane<?>>comparingLong(lane -> lane.dueNanos)
          .thenComparingLong(lane -> lane.acceptedNanos)
          .thenComparing(lane -> lane.request);

  private final String request;
  private final BatchKey key;
  private final long acceptedNanos;
  private final Policy policy;
  private final NavigableSet<T> images = new TreeSet<>(NEAREST_TO_ITS_END);
  private long dueNanos;

  /** Makes the empty lane of an image's request. */
  Lane(T image, Policy policy) {
    this.request = image.request();
    this.key = image.key();
    this.acceptedNanos = image.acceptedNanos();
    this.policy = policy;
  }

  String request() {
    return request;
  }

  BatchKey key() {
    return key;
  }

  /** Adds an image; the lane must be in no order meanwhile. Returns whether it was not there. */
  boolean add(T image) {
    boolean added = images.add(image);
    update();
    return added;
  }

  /** Removes an image; the lane must be in no order meanwhile. Returns whether it was there. */
  boolean remove(T image) {
    boolean removed = images.remove(image);
    update();
    return removed;
  }

  boolean isEmpty() {
    return images.isEmpty();
  }

  /** Returns the images, the next one first. */
  Iterator<T> iterator() {
    return images.iterator();
  }

  private void update() {
    if (!images.isEmpty()) {
      dueNanos = policy.dueNanos(images.first());
    }
  }
}
