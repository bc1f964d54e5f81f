package io.stepwise.sampling;

import java.time.Duration;
import java.util.List;

/** How a generation ended: the last thing that its caller is told, once. */
public sealed interface GenerationResult extends GenerationEvent {

  /**
   * At least one image was made.
   *
   * @param model name of the model
   * @param snapshot digest of the weights that made the images
   * @param images the images in order of their index
   * @param failures the images that could not be made; usually empty
   */
  record Completed(
      String id,
      String model,
      String snapshot,
      List<GeneratedImage> images,
      List<FailedImage> failures,
      Usage usage)
      implements GenerationResult {

    /** Copies the lists. */
    public Completed {
      images = List.copyOf(images);
      failures = List.copyOf(failures);
    }
  }

  /** Not admitted; the same request may be admitted later, and nothing was spent on it. */
  record Refused(String id, RefusalReason reason, String message, Duration retryAfter)
      implements GenerationResult {}

  /** Never to be admitted as it stands: {@code message} names the field, value and expectation. */
  record Invalid(String id, String param, String message) implements GenerationResult {}

  /** Never admitted: the owner's idempotency key stands for another request at present. */
  record KeyReused(String id, String message) implements GenerationResult {}

  /** Admitted, but not one image could be made. */
  record Failed(String id, String reason) implements GenerationResult {}

  /** Ended by {@link SamplingService.Cancel}, or because its last listener left. */
  record Cancelled(String id) implements GenerationResult {}

  /** Not finished in time. */
  record DeadlineExceeded(String id, Duration deadline) implements GenerationResult {}
}
