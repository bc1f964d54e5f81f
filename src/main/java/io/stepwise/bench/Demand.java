package io.stepwise.bench;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.SamplingClient;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Requests of which there are always equally many under way, until it is closed. */
final class Demand implements AutoCloseable {

  private static final AtomicLong NUMBERS = new AtomicLong();

  private final SamplingClient client;
  private final int steps;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Void> failed = new CompletableFuture<>();
  private volatile boolean isClosed;

  Demand(SamplingClient client, int steps) {
    this.client = client;
    this.steps = steps;
  }

  /** Asks until so many requests of {@link MeasuredService#IMAGES} images are under way. */
  void raiseTo(int requests) {
    while (underWay.size() < requests) {
      ask();
    }
  }

  private void ask() {
    long number = NUMBERS.incrementAndGet();
    String id = "demand-" + number;
    underWay.add(id);
    client
        .generate(
            GenerationRequest.builder(id)
                .n(MeasuredService.IMAGES)
                .steps(steps)
                .seed(number)
                .build())
        .thenAccept(MeasuredService::requireWhole)
        .whenComplete((whole, failure) -> ended(id, failure));
  }

  private void ended(String id, @Nullable Throwable failure) {
    underWay.remove(id);
    if (isClosed) {
      return;
    }
    if (failure == null) {
      ask();
    } else {
      failed.completeExceptionally(failure);
    }
  }

  /**
   * Cancels what is under way.
   *
   * @throws java.util.concurrent.CompletionException if a request was not answered with its images
   */
  @Override
  public void close() {
    isClosed = true;
    for (String id : Set.copyOf(underWay)) {
      client.cancel(Client.ANYBODY, id).toCompletableFuture().join();
    }
    if (failed.isCompletedExceptionally()) {
      failed.join();
    }
  }
}
