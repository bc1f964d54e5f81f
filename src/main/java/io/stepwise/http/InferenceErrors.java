package io.stepwise.http;

import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Errors under {@code /v2}, in the Open Inference Protocol's shape: {@code {"error": "..."}}. */
final class InferenceErrors {

  private record Body(String error) {}

  private InferenceErrors() {}

  /** Returns the answer in the shape that the path of its request calls for. */
  static HttpResponse shaped(HttpRequest request, HttpResponse answer) {
    String path = request.getUri().path();
    if (!path.equals("/v2") && !path.startsWith("/v2/")) {
      return answer;
    }
    return answer
        .getAttribute(ApiError.KEY)
        .map(
            error ->
                answer.withEntity(
                    ContentTypes.APPLICATION_JSON, Json.bytes(new Body(error.message()))))
        .orElse(answer);
  }
}
