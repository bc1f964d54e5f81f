package io.stepwise.http;

import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.jspecify.annotations.Nullable;

/** What each end of a generation is over HTTP. */
final class ResultResponses {

  /** Tells OpenAI's clients, which repeat after 409 and 504, not to. */
  private static final RawHeader NO_RETRY = RawHeader.create("X-Should-Retry", "false");

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private ResultResponses() {}

  /**
   * Returns the answer to a generation's client.
   *
   * @param models all models served
   */
  static HttpResponse of(GenerationResult result, List<ModelInfo> models) {
    HttpResponse response =
        result instanceof GenerationResult.Completed completed
            ? completed(completed, models)
            : unsuccessful(result);
    return response.addHeader(RawHeader.create("X-Request-Id", result.id()));
  }

  private static HttpResponse completed(GenerationResult.Completed result, List<ModelInfo> models) {
    ModelInfo model =
        models.stream()
            .filter(served -> served.name().equals(result.model()))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("model: " + result.model() + " is gone"));
    return Json.response(StatusCodes.OK, ImagesJson.of(result, model, Instant.now()));
  }

  private static HttpResponse unsuccessful(GenerationResult result) {
    if (result instanceof GenerationResult.Invalid invalid) {
      return invalid(invalid).response();
    }
    if (result instanceof GenerationResult.Refused refused) {
      return refused(refused);
    }
    if (result instanceof GenerationResult.KeyReused reused) {
      return ApiError.invalid(
              StatusCodes.UNPROCESSABLE_CONTENT,
              "idempotency_conflict",
              "Idempotency-Key",
              reused.message())
          .response();
    }
    if (result instanceof GenerationResult.Failed failed) {
      String message = "no image could be made: " + failed.reason();
      return ApiError.unavailable("generation_failed", message, AFTER_FAILURE).response();
    }
    if (result instanceof GenerationResult.Cancelled) {
      return conflict("cancelled", null, "the generation was cancelled");
    }
    if (result instanceof GenerationResult.DeadlineExceeded late) {
      return late(late);
    }
    throw new IllegalStateException("result: " + result);
  }

  private static ApiError invalid(GenerationResult.Invalid invalid) {
    return invalid.param().equals("model")
        ? ApiError.notFound("model_not_found", "model", invalid.message())
        : ApiError.invalid(
            StatusCodes.BAD_REQUEST, "invalid_value", invalid.param(), invalid.message());
  }

  private static HttpResponse refused(GenerationResult.Refused refused) {
    String message = refused.message();
    Duration later = refused.retryAfter();
    return switch (refused.reason()) {
      case QUEUE_FULL -> tooMany("queue_full", null, message, later);
      case TOO_MANY_IN_FLIGHT -> tooMany("too_many_in_flight", null, message, later);
      case DEADLINE_UNREACHABLE ->
          tooMany("deadline_unreachable", "deadline_ms", message, later);
      case DRAINING -> ApiError.unavailable("draining", message, later).response();
      case MODEL_UNAVAILABLE ->
          ApiError.unavailable("model_unavailable", message, later).response();
      case DUPLICATE_ID -> conflict("duplicate_id", "id", message);
    };
  }

  private static HttpResponse tooMany(
      String code, @Nullable String param, String message, Duration later) {
    return new ApiError(
            StatusCodes.TOO_MANY_REQUESTS,
            ApiError.Type.RATE_LIMIT,
            code,
            param,
            message,
            later)
        .response();
  }

  static HttpResponse conflict(String code, @Nullable String param, String message) {
    return ApiError.invalid(StatusCodes.CONFLICT, code, param, message)
        .response()
        .addHeader(NO_RETRY);
  }

  private static HttpResponse late(GenerationResult.DeadlineExceeded late) {
    String message =
        "deadline_ms: " + late.deadline().toMillis() + " have passed and not all images are made";
    return new ApiError(
            StatusCodes.GATEWAY_TIMEOUT,
            ApiError.Type.SERVER,
            "deadline_exceeded",
            "deadline_ms",
            message,
            null)
        .response()
        .addHeader(NO_RETRY);
  }
}
