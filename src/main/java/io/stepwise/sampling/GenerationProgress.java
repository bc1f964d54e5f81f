package io.stepwise.sampling;

import io.stepwise.sampling.GenerationStatus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far a generation has come: its images, its failures and what it took. Not thread safe. */
final class GenerationProgress {

  private static final long NOT_STARTED = -1;

  private final ResolvedRequest request;
  private final SortedMap<Integer, GeneratedImage> images = new TreeMap<>();
  private final SortedMap<Integer, FailedImage> failures = new TreeMap<>();
  private @Nullable Duration predicted;
  private long startedNanos = NOT_STARTED;
  private long stepsTaken;

  GenerationProgress(ResolvedRequest request) {
    this.request = request;
  }

  /** Notes how long the generation is likely to take in all; null if nothing is known. */
  void predict(@Nullable Duration total) {
    predicted = total;
  }

  /** Counts a step; the first one tells when the generation left the queue. */
  void stepTaken(long batchSentNanos) {
    if (startedNanos == NOT_STARTED) {
      startedNanos = batchSentNanos;
    }
    stepsTaken++;
  }

  void finished(GeneratedImage image) {
    images.put(image.index(), image);
  }

  void failed(FailedImage image) {
    failures.put(image.index(), image);
  }

  /** Returns whether every image is made or has failed. */
  boolean isComplete() {
    return images.size() + failures.size() == request.n();
  }

  boolean hasImages() {
    return !images.isEmpty();
  }

  /** Returns why the first of the failed images failed. */
  String firstFailure() {
    Collection<FailedImage> failed = failures.values();
    return failed.isEmpty() ? "" : failed.iterator().next().reason();
  }

  /** Returns what there is to tell of the images so far. */
  List<GenerationEvent> imageEvents() {
    List<GenerationEvent> events = new ArrayList<>();
    images
        .values()
        .forEach(image -> events.add(new GenerationEvent.ImageFinished(request.id(), image)));
    failures
        .values()
        .forEach(image -> events.add(new GenerationEvent.ImageFailed(request.id(), image)));
    return events;
  }

  /** Returns the result of a generation that is complete and has images. */
  GenerationResult.Completed completed(long nowNanos) {
    return new GenerationResult.Completed(
        request.id(),
        request.model(),
        request.recipe().key().weights(),
        List.copyOf(images.values()),
        List.copyOf(failures.values()),
        new Usage(
            Duration.ofNanos(startedNanos - acceptedNanos()),
            Duration.ofNanos(nowNanos - startedNanos),
            stepsTaken,
            predicted));
  }

  /** Returns what there is to note of a generation that has ended. */
  SamplingListener.EndedGeneration ended(State state, long nowNanos) {
    long started = startedNanos == NOT_STARTED ? nowNanos : startedNanos;
    Duration error =
        predicted == null || state != State.COMPLETED
            ? null
            : Duration.ofNanos(nowNanos - acceptedNanos()).minus(predicted);
    return new SamplingListener.EndedGeneration(
        request.model(),
        state,
        Duration.ofNanos(started - acceptedNanos()),
        Duration.ofNanos(nowNanos - started),
        stepsTaken,
        error);
  }

  private long acceptedNanos() {
    return request.recipe().urgency().acceptedNanos();
  }

  /** Returns where a generation that runs stands. */
  GenerationStatus status() {
    return status(startedNanos == NOT_STARTED ? State.QUEUED : State.RUNNING);
  }

  /** Returns where the generation stands, in the given state. */
  GenerationStatus status(State state) {
    return new GenerationStatus(
        request.id(),
        request.model(),
        state,
        request.n(),
        images.size() + failures.size(),
        stepsTaken,
        (long) request.n() * request.recipe().plan().steps());
  }
}
