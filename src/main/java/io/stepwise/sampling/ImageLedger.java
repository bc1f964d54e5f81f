package io.stepwise.sampling;

import io.stepwise.batching.CostModel;
import io.stepwise.batching.Planner;
import io.stepwise.batching.Planner.Taker;
import io.stepwise.sampling.BatchesInFlight.Batch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where each of a router's images is: waiting or in a batch in flight, and for whom it is made.
 *
 * <p>All that a router decides about images is decided here, without an actor. An image of a
 * generation that has left is in nobody's way: it is dropped when its batch returns. Not thread
 * safe.
 */
final class ImageLedger {

  /** Steps of this length have no need of a second batch that waits for them. */
  private static final long LONG_STEP_NANOS = 10_000_000L;

  private final Map<String, ActorRef<Generation.News>> generations = new HashMap<>();
  private final BatchesInFlight inFlight = new BatchesInFlight();
  private final Backlog backlog;
  private final CostModel costs;
  private final SamplingOptions.Replicas options;

  /**
   * Has no images yet.
   *
   * @param planner makes the batches
   * @param costs says how large they are
   */
  ImageLedger(Planner<QueuedImage> planner, CostModel costs, SamplingOptions.Replicas options) {
    this.backlog = new Backlog(planner);
    this.costs = costs;
    this.options = options;
  }

  /** Adds the images of a generation, which waits for each of them from now on. */
  void enter(List<DenoisingState> states, ActorRef<Generation.News> generation, long nowNanos) {
    states.forEach(state -> generations.put(state.recipe().request(), generation));
    backlog.addAll(
        states.stream().map(state -> new QueuedImage(state, generation)).toList(), nowNanos);
  }

  /** Forgets a generation and its images. Does nothing if another has taken its id since. */
  void leave(String request, ActorRef<Generation.News> generation) {
    if (generations.remove(request, generation)) {
      backlog.withdraw(request);
    }
  }

  /** Forgets all generations and returns them. */
  Collection<ActorRef<Generation.News>> leaveAll() {
    List<ActorRef<Generation.News>> all = List.copyOf(generations.values());
    generations.clear();
    return all;
  }

  /**
   * Puts the next batch in flight: for an idle slot if there is one that it is for, else for one
   * that has the fewest batches.
   *
   * @param ready the slots whose replicas can work
   * @return empty if there is no batch to give or nobody to take it
   */
  Optional<Batch> send(List<Integer> ready, long nowNanos) {
    if (backlog.size() == 0) {
      return Optional.empty();
    }
    int idle = 0;
    for (int slot : ready) {
      idle += inFlight.count(slot) == 0 ? 1 : 0;
    }
    int most = batchesAtOnce();
    for (int batches = 0; batches < most; batches++) {
      for (int slot : ready) {
        if (inFlight.count(slot) == batches) {
          Taker taker = new Taker(slot, batches == 0 ? idle : 0, costs.batchRows());
          Optional<Attempt> attempt = backlog.next(taker, nowNanos);
          if (attempt.isPresent()) {
            return Optional.of(inFlight.send(slot, attempt.get(), nowNanos));
          }
        }
      }
    }
    return Optional.empty();
  }

  /**
   * Returns how many batches a replica may have at the same time: one where steps are long, for
   * then the gap between two is nothing to the time that images would lose in a batch that waits.
   */
  int batchesAtOnce() {
    boolean isShort = costs.isCold() || costs.nanos(costs.batchRows()) < LONG_STEP_NANOS;
    return isShort ? options.batchesInFlight() : 1;
  }

  /** Returns when there is a batch to send even if nothing happens till then. */
  OptionalLong wakeNanos(long nowNanos) {
    return backlog.wakeNanos(nowNanos);
  }

  /** Returns the images that somebody waits for, in no order. */
  Stream<QueuedImage> unfinished() {
    return Stream.concat(backlog.images(), inFlight.images()).filter(this::isWanted);
  }

  /** Returns how many batches are in flight. */
  int batches() {
    return inFlight.count();
  }

  /**
   * Puts a batch without images in flight, which stands for something else that a replica is given
   * to do: it takes a place, has its time and is lost with its replica like any other.
   *
   * @param ready the slots whose replicas can work
   * @return empty if there is nobody to take it
   */
  Optional<Batch> sendEmpty(List<Integer> ready, long nowNanos) {
    return taker(ready).map(slot -> inFlight.send(slot, new Attempt(List.of(), 0), nowNanos));
  }

  private Optional<Integer> taker(List<Integer> ready) {
    return ready.stream()
        .filter(slot -> inFlight.count(slot) < options.batchesInFlight())
        .min(Comparator.comparingInt(inFlight::count));
  }

  /** Returns how many images are in no batch. */
  int waiting() {
    return backlog.size();
  }

  /** Returns how many images are in a batch in flight. */
  int inFlight() {
    return (int) inFlight.images().count();
  }

  /** Returns the batch that a slot's replica runs. */
  Optional<Batch> running(int slot) {
    return inFlight.running(slot);
  }

  /** Returns whether a batch is in flight, so that news of it count. */
  boolean isInFlight(int slot, long batchId) {
    return inFlight.find(slot, batchId).isPresent();
  }

  /** Returns whether a batch in flight was run with other weights than its images began with. */
  boolean isOfOtherWeights(Router.BatchDone done) {
    Optional<Batch> batch = inFlight.find(done.slot(), done.batchId());
    if (batch.isPresent()) {
      for (QueuedImage image : batch.get().attempt().images()) {
        if (!image.key().weights().equals(done.weights())) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Removes a batch that is done.
   *
   * @return the batch, of whose images only the {@link #isWanted} ones matter; empty if it was
   *     taken back before
   */
  Optional<Batch> finish(int slot, long batchId) {
    Optional<Batch> batch = inFlight.find(slot, batchId);
    batch.ifPresent(inFlight::remove);
    batch.ifPresent(done -> backlog.stepOver(done.attempt().images()));
    return batch;
  }

  /** Puts images back that have taken a step and need more. */
  void goOn(List<QueuedImage> images, long nowNanos) {
    backlog.addAll(images, nowNanos);
  }

  /**
   * Takes all batches of a slot back, to be given out again before anything else: the one that ran
   * has failed and is split, the others have only waited for it.
   *
   * @return the images whose step has failed too often, which are not tried again
   */
  List<QueuedImage> takeBack(int slot) {
    List<Attempt> again = new ArrayList<>();
    List<QueuedImage> lost = new ArrayList<>();
    boolean ran = true;
    for (Batch batch : inFlight.removeAll(slot)) {
      backlog.stepOver(batch.attempt().images());
      List<QueuedImage> images = batch.attempt().images().stream().filter(this::isWanted).toList();
      Attempt attempt = new Attempt(images, batch.attempt().failures());
      if (!ran) {
        again.add(attempt);
      } else if (attempt.failures() + 1 < options.maxAttempts()) {
        again.addAll(attempt.split());
      } else {
        lost.addAll(images);
      }
      ran = false;
    }
    backlog.repeat(again.stream().filter(attempt -> !attempt.images().isEmpty()).toList());
    return lost;
  }

  /** Returns whether the image's generation still waits for it. */
  boolean isWanted(QueuedImage image) {
    return image.generation().equals(generations.get(image.request()));
  }
}
