package io.stepwise.http;

import io.stepwise.network.StepInput;
import io.stepwise.network.ToyModel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds a model up before its next step, or has its next steps fail. */
final class Gate implements ToyModel.Disturbance {

  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger free = new AtomicInteger();
  private volatile CountDownLatch opened = new CountDownLatch(0);
  private volatile CountDownLatch reached = new CountDownLatch(1);

  void shut() {
    reached = new CountDownLatch(1);
    opened = new CountDownLatch(1);
  }

  /** Lets so many batches through and holds up the next. */
  void shutAfter(int batches) {
    shut();
    free.set(batches);
  }

  void open() {
    opened.countDown();
  }

  void failNextSteps(int count) {
    failures.set(count);
  }

  /** Waits until a step stands before the gate. */
  void awaitStep() {
    await(reached);
  }

  @Override
  public void before(List<StepInput> batch) {
    if (free.getAndUpdate(left -> Math.max(0, left - 1)) == 0) {
      reached.countDown();
      await(opened);
    }
    if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("the gate fails this step");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("waited too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
