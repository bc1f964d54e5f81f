package io.stepwise.batching;

import io.stepwise.batching.Planner.Taker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.IntToLongFunction;
import java.util.stream.Stream;

/**
 * Replicas that run the planner's batches, two at the most in flight for each, in a time of their
 * own: the service without its actors.
 */
final class QueueSimulation {

  /** A batch that a replica has. */
  private record Batch(List<TestImage> images, int rows) {}

  private record Event(long nanos, long number, Runnable action) {}

  final Map<String, Long> finished = new HashMap<>();
  final List<List<TestImage>> trace = new ArrayList<>();
  private final Planner<TestImage> planner;
  private final IntToLongFunction stepNanos;
  private final CostModel costs;
  private final List<Deque<Batch>> replicas = new ArrayList<>();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.nanos() != b.nanos()
                  ? Long.compare(a.nanos(), b.nanos())
                  : Long.compare(a.number(), b.number()));
  private final Map<String, Integer> unfinished = new HashMap<>();
  private int batchesInFlight = 2;
  private long now;
  private long numbers;

  /**
   * Sets up an idle service.
   *
   * @param stepNanos how long a step really takes
   */
  QueueSimulation(
      Planner<TestImage> planner, CostModel costs, int replicas, IntToLongFunction stepNanos) {
    this.planner = planner;
    this.costs = costs;
    this.stepNanos = stepNanos;
    for (int i = 0; i < replicas; i++) {
      this.replicas.add(new ArrayDeque<>());
    }
  }

  QueueSimulation withBatchesInFlight(int most) {
    batchesInFlight = most;
    return this;
  }

  long now() {
    return now;
  }

  /** Returns how many batches each replica has, in the mean. */
  double batchesOfReplica() {
    return (double) replicas.stream().mapToInt(Deque::size).sum() / replicas.size();
  }

  /** Returns the images that wait and those in flight. */
  Stream<TestImage> unfinished() {
    return Stream.concat(
        planner.images(),
        replicas.stream().flatMap(Deque::stream).flatMap(batch -> batch.images().stream()));
  }

  /** Does something at a time that is not over. */
  void at(long nanos, Runnable action) {
    events.add(new Event(nanos, numbers++, action));
  }

  /** Lets a request's images wait from now on. */
  void enter(List<TestImage> images) {
    for (TestImage image : images) {
      unfinished.merge(image.request(), 1, Integer::sum);
      planner.add(image, now);
    }
    dispatch();
  }

  /** Drops a request's images, those in flight when their step is done. */
  void withdraw(String request) {
    planner.removeRequest(request);
    unfinished.remove(request);
  }

  /** Runs until nothing is left to do. */
  void run() {
    for (Event event = events.poll(); event != null; event = events.poll()) {
      now = event.nanos();
      event.action().run();
    }
  }

  private void dispatch() {
    boolean given = true;
    while (given) {
      given = false;
      for (int slot = 0; slot < replicas.size() && !given; slot++) {
        given = give(slot, 0) || (noneIdle() && batchesInFlight > 1 && give(slot, 1));
      }
    }
    planner.wakeNanos(now).ifPresent(due -> at(due, this::dispatch));
  }

  private boolean noneIdle() {
    return replicas.stream().noneMatch(Deque::isEmpty);
  }

  private boolean give(int slot, int has) {
    if (replicas.get(slot).size() != has) {
      return false;
    }
    int idle = (int) replicas.stream().filter(Deque::isEmpty).count();
    Optional<BatchPlan<TestImage>> plan =
        planner.take(new Taker(slot, has == 0 ? idle : 0, costs.batchRows()), now);
    plan.ifPresent(
        taken -> {
          replicas.get(slot).add(new Batch(taken.images(), taken.rows()));
          if (has == 0) {
            start(slot);
          }
        });
    return plan.isPresent();
  }

  private void start(int slot) {
    Batch batch = replicas.get(slot).getFirst();
    trace.add(batch.images());
    long nanos = stepNanos.applyAsLong(batch.rows());
    at(now + nanos, () -> finish(slot, nanos));
  }

  private void finish(int slot, long nanos) {
    Batch batch = replicas.get(slot).remove();
    costs.learn(new StepTime(batch.rows(), nanos));
    planner.stepOver(batch.images());
    for (TestImage image : batch.images()) {
      if (!unfinished.containsKey(image.request())) {
        continue;
      }
      if (image.remainingSteps() > 1) {
        planner.add(image.next(), now);
      } else if (unfinished.merge(image.request(), -1, Integer::sum) == 0) {
        unfinished.remove(image.request());
        finished.put(image.request(), now);
      }
    }
    if (!replicas.get(slot).isEmpty()) {
      start(slot);
    }
    dispatch();
  }
}
