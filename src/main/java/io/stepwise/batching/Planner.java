package io.stepwise.batching;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Holds the images that wait and gives them out in batches. Not thread safe. */
public interface Planner<T extends WaitingImage> {

  /**
   * Adds an image that waits for its next step.
   *
   * @throws IllegalArgumentException if it waits already
   */
  default void add(T image, long nowNanos) {
    addAll(List.of(image), nowNanos);
  }

  /**
   * Adds images that wait for their next step, at less cost than one after the other.
   *
   * @throws IllegalArgumentException if one of them waits already or stands there twice; none is
   *     added then
   */
  void addAll(Collection<T> images, long nowNanos);

  /** The step of images that were taken is over; those that go on are added anew. */
  void stepOver(Collection<T> images);

  /** Removes and returns all waiting images of a request. */
  Collection<T> removeRequest(String request);

  /**
   * Takes the next batch for a replica.
   *
   * @return empty if there is none for this replica now
   */
  Optional<BatchPlan<T>> take(Taker taker, long nowNanos);

  /**
   * Returns when there is a batch to take even if nothing happens till then; empty if there is no
   * such moment after now.
   */
  OptionalLong wakeNanos(long nowNanos);

  /** Returns all images that wait, in no order. */
  Stream<T> images();

  /** Returns how many images wait. */
  int size();

  /**
   * A replica that can be given a batch.
   *
   * @param slot the replica's place, 0 or more
   * @param idleReplicas how many replicas have nothing to do, this one included; 0 if this one has
   *     a batch already
   * @param maxRows most network rows of its batch, 1 or more
   */
  record Taker(int slot, int idleReplicas, int maxRows) {

    /** Returns whether the replica has nothing to do. */
    public boolean isIdle() {
      return idleReplicas > 0;
    }
  }
}
