package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Runs batch after batch, each as the planner chooses it, and counts the places given. */
final class TestLoad {

  final WaitingImages<TestImage> waiting;
  final Map<String, Integer> rowsOfClient = new HashMap<>();
  final Map<BatchKey, Integer> batchesOfKey = new HashMap<>();
  private final int maxRows;

  TestLoad(int maxRows) {
    this(maxRows, new WaitingImages<>(new FifoPolicy(), TestImage.ROWS));
  }

  TestLoad(int maxRows, WaitingImages<TestImage> waiting) {
    this.maxRows = maxRows;
    this.waiting = waiting;
  }

  /** Adds a client's requests of so many images each. */
  void add(String client, int requests, int images, BatchKey key) {
    for (int request = 0; request < requests; request++) {
      for (int image = 0; image < images; image++) {
        waiting.add(
            TestImage.of(client + " " + request + " ", image)
                .by(client)
                .withKey(key)
                .withSteps(1_000_000));
      }
    }
  }

  /** Runs a batch, whose images then wait again. */
  BatchPlan<TestImage> runOne() {
    BatchPlan<TestImage> plan = takeOne();
    giveBack(plan.images());
    return plan;
  }

  BatchPlan<TestImage> takeOne() {
    BatchPlan<TestImage> plan = BatchPlanner.plan(waiting, maxRows);
    waiting.take(plan);
    plan.images().forEach(i -> rowsOfClient.merge(i.client(), i.rows(), Integer::sum));
    batchesOfKey.merge(plan.images().get(0).key(), 1, Integer::sum);
    return plan;
  }

  void giveBack(Collection<TestImage> images) {
    waiting.stepOver(images);
    images.stream()
        .map(TestImage::next)
        .filter(image -> image.remainingSteps() > 0)
        .forEach(waiting::add);
  }

  void run(int batches) {
    for (int i = 0; i < batches; i++) {
      runOne();
    }
  }

  List<String> clientsOf(BatchPlan<TestImage> plan) {
    return new ArrayList<>(plan.images().stream().map(TestImage::client).toList());
  }
}
