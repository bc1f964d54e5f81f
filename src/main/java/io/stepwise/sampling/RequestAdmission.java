package io.stepwise.sampling;

import io.stepwise.batching.Admission;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides for the service which requests it takes on: while it is not draining, those of models
 * that can be run, within the bounds on unfinished images. Whether a deadline can be met is the
 * router's to say. Not thread safe.
 */
final class RequestAdmission {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final Admission admission;
  private final ImagesInFlight inFlight = new ImagesInFlight();
  private final int maxUnfinishedImages;
  private final SamplingListener listener;
  private boolean draining;

  RequestAdmission(SamplingOptions options, SamplingListener listener) {
    this.maxUnfinishedImages = options.maxUnfinishedImages();
    this.admission =
        new Admission(maxUnfinishedImages, options.scheduling().maxUnfinishedOfClient());
    this.listener = listener;
  }

  /** Refuses everything from now on. */
  void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** Returns how many images are taken on and not finished. */
  int unfinishedImages() {
    return admission.unfinished();
  }

  /** Returns how many of them there may be. */
  int maxUnfinishedImages() {
    return maxUnfinishedImages;
  }

  /** Takes a request of a client on, which then holds its places, or returns why not. */
  Optional<GenerationResult.Refused> refusal(
      ResolvedRequest request,
      Client client,
      boolean isTaken,
      ModelReadiness readiness,
      long nowNanos) {
    Optional<GenerationResult.Refused> refused =
        decide(request, isTaken, readiness)
            .or(() -> inFlight.refusal(request, client))
            .or(() -> full(request, nowNanos));
    refused.ifPresentOrElse(
        result -> listener.requestRefused(request.model(), result.reason()),
        () -> inFlight.add(client, request.n()));
    return refused;
  }

  private Optional<GenerationResult.Refused> decide(
      ResolvedRequest request, boolean isTaken, ModelReadiness readiness) {
    String id = request.id();
    if (isTaken) {
      String message = "id: " + id + " (expected: one that is not in use)";
      return refused(id, RefusalReason.DUPLICATE_ID, message, Duration.ZERO);
    }
    if (draining) {
      return refused(id, RefusalReason.DRAINING, "the service is shutting down", ASK_AGAIN);
    }
    if (readiness.unavailable()) {
      String message = "no replica of " + request.model() + " can be started";
      return refused(id, RefusalReason.MODEL_UNAVAILABLE, message, ASK_AGAIN);
    }
    return Optional.empty();
  }

  private Optional<GenerationResult.Refused> full(ResolvedRequest request, long nowNanos) {
    return admission
        .admit(request.recipe().urgency().client(), request.n(), nowNanos)
        .flatMap(
            full ->
                refused(request.id(), RefusalReason.QUEUE_FULL, message(full), full.retryAfter()));
  }

  /** A generation has ended and holds its places no longer. */
  void finish(GenerationRequest ended, long nowNanos) {
    admission.finish(ended.client().share(), ended.n(), nowNanos);
    inFlight.remove(ended.client(), ended.n());
  }

  /** A router has not taken a generation on, so that it holds its places no longer. */
  void withdraw(GenerationRequest turnedAway) {
    admission.withdraw(turnedAway.client().share(), turnedAway.n());
    inFlight.remove(turnedAway.client(), turnedAway.n());
  }

  private static String message(Admission.Full full) {
    return full.isOfClient()
        ? "the client's part of the queue is full with " + full.unfinished() + " unfinished images"
        : "the queue is full with " + full.unfinished() + " unfinished images";
  }

  private static Optional<GenerationResult.Refused> refused(
      String id, RefusalReason reason, String message, Duration retryAfter) {
    return Optional.of(new GenerationResult.Refused(id, reason, message, retryAfter));
  }
}
