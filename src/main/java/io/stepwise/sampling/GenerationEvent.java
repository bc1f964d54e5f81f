package io.stepwise.sampling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a caller is told of its generation: any number of events and, last, exactly one {@link
 * GenerationResult}, which is itself an event.
 *
 * <p>How many come before the result is the caller's choice: {@link SamplingService.Detail}.
 */
public sealed interface GenerationEvent
    permits GenerationEvent.Accepted,
        GenerationEvent.StepFinished,
        GenerationEvent.ImageFinished,
        GenerationEvent.ImageFailed,
        GenerationResult {

  /** Returns the request's id. */
  String id();

  /**
   * The request was admitted and all its images wait for their first step.
   *
   * @param seed the request's seed, or the random one that was chosen
   * @param images how many images are made
   * @param steps steps of each image
   * @param predicted how long it is likely to take in all; null if nothing is known yet
   */
  record Accepted(String id, long seed, int images, int steps, @Nullable Duration predicted)
      implements GenerationEvent {

    /** Makes an acceptance with nothing known of how long it will take. */
    public Accepted(String id, long seed, int images, int steps) {
      this(id, seed, images, steps, null);
    }
  }

  /**
   * One image took a step.
   *
   * @param index the image, 0 to n - 1
   * @param step steps taken so far, 1 to {@code of}
   * @param preview what it looks like, if the request asks to see this step
   */
  record StepFinished(String id, int index, int step, int of, @Nullable Preview preview)
      implements GenerationEvent {}

  /** One image is done; its place in the result is the same. */
  record ImageFinished(String id, GeneratedImage image) implements GenerationEvent {}

  /** One image will not be made; the others go on. */
  record ImageFailed(String id, FailedImage image) implements GenerationEvent {}
}
