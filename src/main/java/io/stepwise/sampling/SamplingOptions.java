package io.stepwise.sampling;

import io.stepwise.batching.Planner;
import io.stepwise.batching.Policy;
import io.stepwise.batching.RequestPlanner;
import io.stepwise.batching.StepCost;
import io.stepwise.batching.StepPlanner;
import io.stepwise.batching.WaitingImage;
import java.time.Duration;
import java.util.Optional;

/**
 * The numbers that the sampling actors run by.
 *
 * @param requests what one request may ask for
 * @param replicas how replicas are given work and brought back
 * @param scheduling who goes first, and in what batches
 * @param maxUnfinishedImages most images that may be admitted and not finished, over all requests
 *     and models; it bounds every queue behind it
 * @param finisherThreads how many images are encoded at the same time, 1 to 64
 * @param results how long results are kept
 */
public record SamplingOptions(
    Requests requests,
    Replicas replicas,
    Scheduling scheduling,
    int maxUnfinishedImages,
    int finisherThreads,
    Results results) {

  /** Makes options that keep results as usual and batches as they are without measurements. */
  public SamplingOptions(
      Requests requests,
      Replicas replicas,
      String policy,
      int maxUnfinishedImages,
      int finisherThreads) {
    this(
        requests,
        replicas,
        Scheduling.of(policy, maxUnfinishedImages),
        maxUnfinishedImages,
        finisherThreads,
        Results.USUAL);
  }

  /** Checks the numbers. */
  public SamplingOptions {
    requireRange("maxUnfinishedImages", maxUnfinishedImages, 1, 1_000_000);
    requireRange("finisherThreads", finisherThreads, 1, 64);
    requireRange("requests.maxImages", requests.maxImages, 1, maxUnfinishedImages);
  }

  /**
   * Limits and defaults of one request.
   *
   * @param maxImages most images, 1 to {@code maxUnfinishedImages}
   * @param maxSteps most steps for each image; a model's own limit may be lower
   * @param defaultSteps steps when a request gives none, 1 to {@code maxSteps}
   * @param defaultDeadline how long a generation may take when its request does not say
   * @param maxDeadline longest time that a request may ask for
   */
  public record Requests(
      int maxImages,
      int maxSteps,
      int defaultSteps,
      Duration defaultDeadline,
      Duration maxDeadline) {

    /** Checks the numbers. */
    public Requests {
      requireRange("requests.maxSteps", maxSteps, 1, 1_000_000);
      requireRange("requests.defaultSteps", defaultSteps, 1, maxSteps);
      requirePositive("requests.defaultDeadline", defaultDeadline);
      requireOrder("requests.maxDeadline", maxDeadline, "defaultDeadline", defaultDeadline);
    }
  }

  /**
   * How replicas are given work and brought back.
   *
   * @param maxBatchRows most network rows in one batch, 2 or more; a guided image is two rows
   * @param batchesInFlight most batches that a replica has at the same time, one of them running
   * @param maxAttempts how often one step of an image is tried before the image fails, 3 or more:
   *     with all its batch mates, with half of them, then alone
   * @param batchDeadline how long a batch may run before its replica counts as stuck
   * @param minBackoff pause before a failed replica is started again
   * @param maxBackoff longest pause, reached by doubling
   * @param maxStuck how many stuck predecessors of one replica may hang in native code, each with a
   *     thread and a copy of the weights, before it is not replaced any more, 0 or more
   */
  public record Replicas(
      int maxBatchRows,
      int batchesInFlight,
      int maxAttempts,
      Duration batchDeadline,
      Duration minBackoff,
      Duration maxBackoff,
      int maxStuck) {

    /** Checks the numbers. */
    public Replicas {
      requireRange("replicas.maxBatchRows", maxBatchRows, 2, 4096);
      requireRange("replicas.batchesInFlight", batchesInFlight, 1, 8);
      requireRange("replicas.maxAttempts", maxAttempts, 3, 100);
      requirePositive("replicas.batchDeadline", batchDeadline);
      requirePositive("replicas.minBackoff", minBackoff);
      requireRange("replicas.maxStuck", maxStuck, 0, 100);
      requireOrder("replicas.maxBackoff", maxBackoff, "minBackoff", minBackoff);
    }
  }

  /**
   * Who goes first, and in what batches.
   *
   * @param policy the order of a client's requests: {@code fifo}, {@code shortest-remaining} or
   *     {@code deadline}; or {@code request}, for comparison only, which is no order but batches
   *     that are run to their end
   * @param requestDelay how long a batch of {@code request} waits to become full
   * @param maxStep longest time that a step shall take; zero for any
   * @param warmUp how long a replica may measure steps before it is ready; zero for not at all
   * @param maxUnfinishedOfClient most images of one client that may be admitted and not finished
   */
  public record Scheduling(
      String policy,
      Duration requestDelay,
      Duration maxStep,
      Duration warmUp,
      int maxUnfinishedOfClient) {

    /** Checks the numbers and that there is such a policy. */
    public Scheduling {
      if (!policy.equals(RequestPlanner.NAME)) {
        Policy.named(policy);
      }
      requireNotNegative("scheduling.requestDelay", requestDelay);
      requireNotNegative("scheduling.maxStep", maxStep);
      requireNotNegative("scheduling.warmUp", warmUp);
      requireRange("scheduling.maxUnfinishedOfClient", maxUnfinishedOfClient, 1, 1_000_000);
    }

    /** Returns steps of any length, no measurements at start, no bound for a single client. */
    public static Scheduling of(String policy, int maxUnfinishedImages) {
      return new Scheduling(
          policy, Duration.ofMillis(50), Duration.ZERO, Duration.ZERO, maxUnfinishedImages);
    }

    /** Returns the order of a client's requests; empty if batches are run to their end. */
    Optional<Policy> order() {
      return policy.equals(RequestPlanner.NAME)
          ? Optional.empty()
          : Optional.of(Policy.named(policy));
    }

    /** Returns a planner that holds nothing yet. */
    <T extends WaitingImage> Planner<T> newPlanner(StepCost cost) {
      return order()
          .<Planner<T>>map(order -> new StepPlanner<>(order, cost))
          .orElseGet(() -> new RequestPlanner<>(requestDelay.toNanos()));
    }
  }

  /**
   * How long the results of detached generations and of those with an idempotency key are kept.
   *
   * @param retention how long one is kept
   * @param maxBytes most that all of them take together, 0 or more; the oldest go first
   */
  public record Results(Duration retention, long maxBytes) {

    /** Ten minutes, 64 MiB. */
    public static final Results USUAL = new Results(Duration.ofMinutes(10), 64L << 20);

    /** Checks the numbers. */
    public Results {
      requirePositive("results.retention", retention);
      if (maxBytes < 0) {
        throw new IllegalArgumentException("results.maxBytes: " + maxBytes + " (expected: >= 0)");
      }
    }
  }

  private static void requireRange(String name, int value, int low, int high) {
    if (value < low || value > high) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + low + " to " + high + ")");
    }
  }

  private static void requireOrder(String name, Duration value, String lower, Duration least) {
    if (value.compareTo(least) < 0) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: >= " + lower + ", " + least + ")");
    }
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 0)");
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
