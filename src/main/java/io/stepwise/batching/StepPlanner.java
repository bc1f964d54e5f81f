package io.stepwise.batching;

import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Batches made anew for every step: an image that arrives joins at the next one.
 *
 * <p>A replica that has nothing to do gets whatever waits, at once: on a device where a step costs
 * about the same for one image as for many, waiting for company would only make everybody later.
 * What waits is shared evenly with the other idle replicas.
 *
 * <p>A busy replica gets a batch only if that is full. Under light load one that is not would split
 * the images for good into two groups that take turns on the device, each at the cost of a whole
 * batch, since the one is never at hand when the other returns; held back, it joins the images of
 * the batch in flight as soon as that is done.
 */
public final class StepPlanner<T extends WaitingImage> implements Planner<T> {

  /** Most network rows of one image. */
  private static final int ROWS_OF_IMAGE = 2;

  private final WaitingImages<T> waiting;

  /** Orders each client's requests by a policy; clients share the service, which has a cost. */
  public StepPlanner(Policy policy, StepCost cost) {
    this.waiting = new WaitingImages<>(policy, cost);
  }

  @Override
  public void addAll(Collection<T> images, long nowNanos) {
    waiting.addAll(images);
  }

  @Override
  public void stepOver(Collection<T> images) {
    waiting.stepOver(images);
  }

  @Override
  public Collection<T> removeRequest(String request) {
    return waiting.removeRequest(request);
  }

  @Override
  public Optional<BatchPlan<T>> take(Taker taker, long nowNanos) {
    if (waiting.isEmpty() || (!taker.isIdle() && waiting.rows() < taker.maxRows())) {
      return Optional.empty();
    }
    BatchPlan<T> plan = BatchPlanner.plan(waiting, rows(taker));
    if (!taker.isIdle() && !plan.full()) {
      return Optional.empty();
    }
    waiting.take(plan);
    return Optional.of(plan);
  }

  private int rows(Taker taker) {
    if (!taker.isIdle()) {
      return taker.maxRows();
    }
    int share = (waiting.rows() + taker.idleReplicas() - 1) / taker.idleReplicas();
    return Math.min(taker.maxRows(), Math.max(share, ROWS_OF_IMAGE));
  }

  @Override
  public OptionalLong wakeNanos(long nowNanos) {
    return OptionalLong.empty();
  }

  @Override
  public Stream<T> images() {
    return waiting.images();
  }

  @Override
  public int size() {
    return waiting.size();
  }
}
