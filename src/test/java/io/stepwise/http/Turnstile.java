package io.stepwise.http;

import io.stepwise.network.StepInput;
import io.stepwise.network.ToyModel;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets as many batches of a model pass as a test says, and no more. */
final class Turnstile implements ToyModel.Disturbance {

  private static final int ALL = 1_000_000;

  private final Semaphore passes = new Semaphore(0);

  void letPass(int batches) {
    passes.release(batches);
  }

  void open() {
    passes.release(ALL);
  }

  @Override
  public void before(List<StepInput> batch) {
    try {
      if (!passes.tryAcquire(2, TimeUnit.MINUTES)) {
        throw new IllegalStateException("waited too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
