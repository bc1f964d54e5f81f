package io.stepwise.batching;

import java.util.Comparator;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The waiting images of one request, those with the fewest steps left in front, so that the images
 * of a large request are finished one after the other instead of all at its end.
 *
 * <p>Not thread safe.
 */
final class Lane<T extends WaitingImage> {

  /** The order of a lane's images, by which two are the same one or not. */
  static final Comparator<WaitingImage> NEAREST_TO_ITS_END =
      Comparator.comparingInt(WaitingImage::remainingSteps).thenComparingInt(WaitingImage::image);

  /**
   * The fewest images in flight first, so that requests take turns; then the earliest due; equals
   * by arrival and, to be exact in every case, by name.
   */
  static final Comparator<Lane<?>> MOST_URGENT =
      Comparator.<Lane<?>>comparingInt(lane -> lane.inFlight)
          .thenComparingLong(lane -> lane.dueNanos)
          .thenComparingLong(lane -> lane.acceptedNanos)
          .thenComparing(lane -> lane.request);

  private final String request;
  private final String client;
  private final BatchKey key;
  private final long acceptedNanos;
  private final Policy policy;
  private final NavigableSet<T> images = new TreeSet<>(NEAREST_TO_ITS_END);
  private long dueNanos;
  private int inFlight;

  /** Makes the empty lane of an image's request, which has images in flight. */
  Lane(T image, Policy policy, int inFlight) {
    this.inFlight = inFlight;
    this.request = image.request();
    this.client = image.client();
    this.key = image.key();
    this.acceptedNanos = image.acceptedNanos();
    this.policy = policy;
  }

  String request() {
    return request;
  }

  String client() {
    return client;
  }

  BatchKey key() {
    return key;
  }

  /** Returns whether an image waits; one with other steps left is another. */
  boolean contains(T image) {
    return images.contains(image);
  }

  /** Adds an image; the lane must be in no order meanwhile. */
  void add(T image) {
    images.add(image);
    update();
  }

  /** Removes an image; the lane must be in no order meanwhile. */
  void remove(T image) {
    images.remove(image);
    update();
  }

  /** Notes how many images are in flight; the lane must be in no order meanwhile. */
  void setInFlight(int count) {
    inFlight = count;
  }

  int inFlight() {
    return inFlight;
  }

  boolean isEmpty() {
    return images.isEmpty();
  }

  /** Returns the images, the next one first. */
  Iterator<T> iterator() {
    return images.iterator();
  }

  /** Returns the images, the next one first. */
  Stream<T> images() {
    return images.stream();
  }

  private void update() {
    if (!images.isEmpty()) {
      dueNanos = policy.dueNanos(images.first());
    }
  }
}
