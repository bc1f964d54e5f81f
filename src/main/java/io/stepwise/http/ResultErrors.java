package io.stepwise.http;

import io.stepwise.sampling.GenerationResult;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** What each end of a generation that gave no image is as an error, over any face of the API. */
final class ResultErrors {

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private ResultErrors() {}

  /**
   * Returns the error.
   *
   * @param result any but {@link GenerationResult.Completed}
   */
  static ApiError of(GenerationResult result) {
    if (result instanceof GenerationResult.Invalid invalid) {
      return invalid(invalid);
    }
    if (result instanceof GenerationResult.Refused refused) {
      return refused(refused);
    }
    if (result instanceof GenerationResult.KeyReused reused) {
      return ApiError.invalid(
          StatusCodes.UNPROCESSABLE_CONTENT,
          "idempotency_conflict",
          IdempotencyHeader.NAME,
          reused.message());
    }
    if (result instanceof GenerationResult.Failed failed) {
      String message = "no image could be made: " + failed.reason();
      return ApiError.unavailable("generation_failed", message, AFTER_FAILURE);
    }
    if (result instanceof GenerationResult.Cancelled) {
      return ApiError.invalid(
          StatusCodes.CONFLICT, "cancelled", null, "the generation was cancelled");
    }
    if (result instanceof GenerationResult.DeadlineExceeded late) {
      return late(late);
    }
    throw new IllegalStateException("result: " + result + " (expected: one without images)");
  }

  private static ApiError invalid(GenerationResult.Invalid invalid) {
    return switch (invalid.param()) {
      case "model", "version" ->
          ApiError.notFound(invalid.param() + "_not_found", invalid.param(), invalid.message());
      default ->
          ApiError.invalid(
              StatusCodes.BAD_REQUEST, "invalid_value", invalid.param(), invalid.message());
    };
  }

  private static ApiError refused(GenerationResult.Refused refused) {
    String message = refused.message();
    Duration later = refused.retryAfter();
    return switch (refused.reason()) {
      case QUEUE_FULL -> ApiError.tooMuch("queue_full", message, later);
      case TOO_MANY_IN_FLIGHT -> ApiError.tooMuch("too_many_in_flight", message, later);
      case DEADLINE_UNREACHABLE ->
          new ApiError(
              StatusCodes.TOO_MANY_REQUESTS,
              ApiError.Type.RATE_LIMIT,
              "deadline_unreachable",
              "deadline_ms",
              message,
              later);
      case DRAINING -> ApiError.unavailable("draining", message, later);
      case MODEL_UNAVAILABLE -> ApiError.unavailable("model_unavailable", message, later);
      case DUPLICATE_ID -> ApiError.invalid(StatusCodes.CONFLICT, "duplicate_id", "id", message);
    };
  }

  private static ApiError late(GenerationResult.DeadlineExceeded late) {
    String message =
        "deadline_ms: " + late.deadline().toMillis() + " have passed and not all images are made";
    return new ApiError(
        StatusCodes.GATEWAY_TIMEOUT,
        ApiError.Type.SERVER,
        "deadline_exceeded",
        "deadline_ms",
        message,
        null);
  }
}
