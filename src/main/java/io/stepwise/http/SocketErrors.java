package io.stepwise.http;

import io.stepwise.settings.StreamSettings;
import java.time.Duration;
import org.apache.pekko.http.javadsl.model.StatusCodes;

/** What can be wrong on a websocket and nowhere else. */
final class SocketErrors {

  private SocketErrors() {}

  static ApiError idInUse(String id) {
    return ApiError.invalid(
        StatusCodes.CONFLICT,
        "duplicate_id",
        "id",
        "id: " + id + " (expected: one that is not in use on this socket)");
  }

  static ApiError unknownId(String id) {
    return ApiError.notFound(
        "generation_not_found",
        "id",
        "id: " + id + " (expected: the id of a generation that runs on this socket)");
  }

  static ApiError tooManyGenerations(StreamSettings limits, Duration retryAfter) {
    String message =
        "generations: more than %d of this socket run or wait to be read (expected: at most %d)"
            .formatted(limits.maxGenerations(), limits.maxGenerations());
    return ApiError.tooMuch("too_many_generations", message, retryAfter);
  }

  static ApiError tooManyImages(
      SocketMessage.Places taken, StreamSettings limits, Duration retryAfter) {
    String message =
        "n: too many, as %d images of this socket are unfinished or wait to be read (expected: at"
                .formatted(taken.images())
            + " most "
            + limits.maxImages()
            + " with these)";
    return ApiError.tooMuch("too_many_images", message, retryAfter);
  }
}
