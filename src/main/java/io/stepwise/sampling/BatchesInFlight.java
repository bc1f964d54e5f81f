package io.stepwise.sampling;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The batches that replicas have, each with the states it began with, which is what makes a batch
 * repeatable. A replica runs its batches in the order it was sent them. Not thread safe.
 */
final class BatchesInFlight {

  /**
   * A batch that a replica has.
   *
   * @param id never used twice
   * @param slot the replica's place
   * @param sentNanos when it was sent
   */
  record Batch(long id, int slot, Attempt attempt, long sentNanos) {}

  private final List<Deque<Batch>> batches = new ArrayList<>();
  private long lastId;

  /** Notes that a batch is sent to the replica at a slot. */
  Batch send(int slot, Attempt attempt, long nowNanos) {
    Batch batch = new Batch(++lastId, slot, attempt, nowNanos);
    ofSlot(slot).add(batch);
    return batch;
  }

  /** Returns how many batches a slot has. */
  int count(int slot) {
    return ofSlot(slot).size();
  }

  /** Returns how many batches all slots have together. */
  int count() {
    return batches.stream().mapToInt(Deque::size).sum();
  }

  /** Returns the images of all batches. */
  Stream<QueuedImage> images() {
    return batches.stream()
        .flatMap(Deque::stream)
        .flatMap(batch -> batch.attempt().images().stream());
  }

  /** Returns the batch that a slot's replica runs, or is about to. */
  Optional<Batch> running(int slot) {
    return Optional.ofNullable(ofSlot(slot).peek());
  }

  /** Returns a batch if it is still in flight. */
  Optional<Batch> find(int slot, long id) {
    for (Batch batch : ofSlot(slot)) {
      if (batch.id() == id) {
        return Optional.of(batch);
      }
    }
    return Optional.empty();
  }

  /** Removes a batch that is done. */
  void remove(Batch batch) {
    ofSlot(batch.slot()).remove(batch);
  }

  /** Removes and returns all batches of a slot, the one that was running first. */
  List<Batch> removeAll(int slot) {
    List<Batch> removed = List.copyOf(ofSlot(slot));
    ofSlot(slot).clear();
    return removed;
  }

  private Deque<Batch> ofSlot(int slot) {
    while (batches.size() <= slot) {
      batches.add(new ArrayDeque<>());
    }
    return batches.get(slot);
  }
}
