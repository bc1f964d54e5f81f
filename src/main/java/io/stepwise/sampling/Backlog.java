package io.stepwise.sampling;

import io.stepwise.batching.BatchPlan;
import io.stepwise.batching.BatchPlanner;
import io.stepwise.batching.Policy;
import io.stepwise.batching.WaitingImages;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A router's images that are in no batch: those that wait for their next step and, before them,
 * tries that have to be repeated as they are.
 *
 * <p>Not thread safe. Bounded by admission.
 */
final class Backlog {

  /** Most network rows of one image. */
  private static final int ROWS_OF_IMAGE = 2;

  private final WaitingImages<QueuedImage> waiting;
  private final Deque<Attempt> repeats = new ArrayDeque<>();
  private final int maxBatchRows;

  Backlog(Policy policy, int maxBatchRows) {
    this.waiting = new WaitingImages<>(policy);
    this.maxBatchRows = maxBatchRows;
  }

  void add(QueuedImage image) {
    waiting.add(image);
  }

  /** Puts tries in front of everything else, in their order. */
  void repeat(List<Attempt> attempts) {
    for (int i = attempts.size() - 1; i >= 0; i--) {
      repeats.addFirst(attempts.get(i));
    }
  }

  /** Removes what is left of a request. */
  void withdraw(String request) {
    waiting.removeRequest(request);
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
   * Takes the next batch for a replica that has nothing to do.
   *
   * <p>It is whatever waits, at once: on a device where a step costs about the same for one image
   * as for many, waiting for company would only make everybody later. What waits is shared evenly
   * with the other idle replicas.
   *
   * @param idleReplicas replicas without a batch, this one included, 1 or more
   * @return empty if nothing waits
   */
  Optional<Attempt> nextForIdle(int idleReplicas) {
    if (!repeats.isEmpty()) {
      return Optional.of(repeats.remove());
    }
    int share = (waiting.rows() + idleReplicas - 1) / idleReplicas;
    int rows = Math.min(maxBatchRows, Math.max(share, ROWS_OF_IMAGE));
    BatchPlan<QueuedImage> plan = BatchPlanner.plan(waiting, rows);
    return plan.images().isEmpty() ? Optional.empty() : Optional.of(take(plan));
  }

  /**
   * Takes a batch for a replica that has one in flight already, so that it never waits for the
   * router.
   *
   * <p>It must be full. Under light load a batch that is not would split the images for good into
   * two groups that take turns on the device, each at the cost of a whole batch, since the one is
   * never at hand when the other returns; held back, it joins the images of the batch in flight as
   * soon as that is done.
   *
   * @return empty if what waits does not fill a batch
   */
  Optional<Attempt> nextForBusy() {
    if (!repeats.isEmpty()) {
      return Optional.of(repeats.remove());
    }
    BatchPlan<QueuedImage> plan = BatchPlanner.plan(waiting, maxBatchRows);
    return plan.full() ? Optional.of(take(plan)) : Optional.empty();
  }

  /** Returns how many images are in no batch. */
  int size() {
    return waiting.size() + repeats.stream().mapToInt(attempt -> attempt.images().size()).sum();
  }

  private Attempt take(BatchPlan<QueuedImage> plan) {
    waiting.take(plan);
    return new Attempt(plan.images(), 0);
  }
}
