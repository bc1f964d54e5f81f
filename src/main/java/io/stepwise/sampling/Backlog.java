package io.stepwise.sampling;

import io.stepwise.batching.Planner;
import io.stepwise.batching.Planner.Taker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A router's images that are in no batch: those that wait for their next step and, before them,
 * tries that have to be repeated as they are.
 *
 * <p>Not thread safe. Bounded by admission.
 */
final class Backlog {

  private final Planner<QueuedImage> planner;
  private final Deque<Attempt> repeats = new ArrayDeque<>();

  Backlog(Planner<QueuedImage> planner) {
    this.planner = planner;
  }

  void addAll(List<QueuedImage> images, long nowNanos) {
    planner.addAll(images, nowNanos);
  }

  /** Puts tries in front of everything else, in their order. */
  void repeat(List<Attempt> attempts) {
    for (int i = attempts.size() - 1; i >= 0; i--) {
      repeats.addFirst(attempts.get(i));
    }
  }

  /** Removes what is left of a request. */
  void withdraw(String request) {
    planner.removeRequest(request);
    List<Attempt> kept = new ArrayList<>();
    for (Attempt attempt : repeats) {
      List<QueuedImage> others =
          attempt.images().stream().filter(image -> !image.request().equals(request)).toList();
      if (!others.isEmpty()) {
        kept.add(new Attempt(others, attempt.failures()));
      }
    }
    repeats.clear();
    repeats.addAll(kept);
  }

  /**
   * Takes the next batch for a replica.
   *
   * @return empty if there is none for it now
   */
  Optional<Attempt> next(Taker taker, long nowNanos) {
    if (!repeats.isEmpty()) {
      return Optional.of(repeats.remove());
    }
    return planner.take(taker, nowNanos).map(plan -> new Attempt(plan.images(), 0));
  }

  /** The step of a batch's images is over; those that go on are added anew. */
  void stepOver(List<QueuedImage> images) {
    planner.stepOver(images);
  }

  /** Returns when there is a batch to take even if nothing happens till then. */
  OptionalLong wakeNanos(long nowNanos) {
    return planner.wakeNanos(nowNanos);
  }

  /** Returns the images that are in no batch, in no order. */
  Stream<QueuedImage> images() {
    Stream<QueuedImage> repeated = repeats.stream().flatMap(attempt -> attempt.images().stream());
    return Stream.concat(planner.images(), repeated);
  }

  /** Returns how many images are in no batch. */
  int size() {
    int size = planner.size();
    for (Attempt attempt : repeats) {
      size += attempt.images().size();
    }
    return size;
  }
}
