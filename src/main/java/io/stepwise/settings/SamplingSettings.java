package io.stepwise.settings;

import java.time.Duration;

/**
 * The actors that sample.
 *
 * @param replicas copies of each model's networks that run at the same time
 * @param threadsPerReplica threads that one replica computes with
 * @param maxBatchSize largest number of network rows in one step
 * @param batchesInFlight batches that a replica holds at the same time
 * @param maxWaitingImages images that may be accepted and unfinished at the same time
 * @param maxWaitingImagesPerClient how many of them may be of one client; 0 for all
 * @param maxImagesPerRequest largest number of images that one request may ask for
 * @param maxSteps largest number of steps that a request may ask for
 * @param defaultSteps steps of a request that names none
 * @param maxAttempts how often one step of an image is tried before that image fails
 * @param batchDeadline time after which a replica that has not finished a batch counts as stuck
 * @param maxStuckReplicas stuck replicas that may hang before their place stays empty
 * @param policy which images go first
 * @param requestDelay time that a batch of the policy request waits to become full
 * @param maxStepDuration longest time that a step shall take; zero for any
 * @param warmUp time in which a replica may measure steps before it is ready; zero for none
 * @param defaultDeadline time that a request has which names no deadline
 * @param finisherThreads threads that turn finished images into PNG files
 * @param resultRetention how long results are kept that may be asked for later
 * @param maxKeptResultsBytes most bytes that kept results take together
 * @param restartBackoff how long a replica that failed waits before it starts anew
 */
public record SamplingSettings(
    int replicas,
    int threadsPerReplica,
    int maxBatchSize,
    int batchesInFlight,
    int maxWaitingImages,
    int maxWaitingImagesPerClient,
    int maxImagesPerRequest,
    int maxSteps,
    int defaultSteps,
    int maxAttempts,
    Duration batchDeadline,
    int maxStuckReplicas,
    QueuePolicy policy,
    Duration requestDelay,
    Duration maxStepDuration,
    Duration warmUp,
    Duration defaultDeadline,
    int finisherThreads,
    Duration resultRetention,
    long maxKeptResultsBytes,
    RestartBackoff restartBackoff) {

  static SamplingSettings read(SettingsReader reader) {
    int maxWaitingImages = reader.integer("max-waiting-images", 1, 1_000_000);
    int maxImagesPerRequest = reader.integer("max-images-per-request", 1, 1000);
    if (maxImagesPerRequest > maxWaitingImages) {
      reader.problem("max-images-per-request", "at most max-waiting-images, " + maxWaitingImages);
    }
    int maxWaitingImagesPerClient = reader.integer("max-waiting-images-per-client", 0, 1_000_000);
    if (maxWaitingImagesPerClient > 0 && maxImagesPerRequest > maxWaitingImagesPerClient) {
      reader.problem(
          "max-images-per-request",
          "at most max-waiting-images-per-client, " + maxWaitingImagesPerClient);
    }
    return new SamplingSettings(
        reader.integer("replicas", 1, 64),
        reader.integer("threads-per-replica", 1, 256),
        reader.integer("max-batch-size", 2, 1024),
        reader.integer("batches-in-flight", 1, 4),
        maxWaitingImages,
        maxWaitingImagesPerClient,
        maxImagesPerRequest,
        reader.integer("max-steps", 1, 10_000),
        reader.integer("default-steps", 1, 10_000),
        reader.integer("max-attempts", 3, 100),
        reader.duration("batch-deadline", Duration.ofMillis(100), Duration.ofHours(1)),
        reader.integer("max-stuck-replicas", 0, 100),
        reader.choice("policy", QueuePolicy.class),
        reader.duration("request-delay", Duration.ZERO, Duration.ofSeconds(10)),
        reader.duration("max-step-duration", Duration.ZERO, Duration.ofMinutes(1)),
        reader.duration("warm-up", Duration.ZERO, Duration.ofMinutes(1)),
        reader.duration("default-deadline", Duration.ofSeconds(1), Duration.ofHours(24)),
        reader.integer("finisher-threads", 1, 64),
        reader.duration("result-retention", Duration.ofSeconds(1), Duration.ofHours(24)),
        reader.bytes("max-kept-results", 0, 16L << 30, "0 to 16 GiB"),
        RestartBackoff.read(reader.section("restart-backoff")));
  }
}
