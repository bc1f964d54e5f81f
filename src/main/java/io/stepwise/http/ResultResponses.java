package io.stepwise.http;

import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
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
    ApiError error = ResultErrors.of(result);
    HttpResponse response = error.response();
    boolean isRepeated =
        error.status().equals(StatusCodes.CONFLICT)
            || error.status().equals(StatusCodes.GATEWAY_TIMEOUT);
    return isRepeated ? response.addHeader(NO_RETRY) : response;
  }

  static HttpResponse conflict(String code, @Nullable String param, String message) {
    return ApiError.invalid(StatusCodes.CONFLICT, code, param, message)
        .response()
        .addHeader(NO_RETRY);
  }
}
