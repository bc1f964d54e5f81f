package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** What the server tells about itself. */
final class ServerFacts {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int OK = 200;

  private final HttpClient client;
  private final Target target;

  ServerFacts(HttpClient client, Target target) {
    this.client = client;
    this.target = target;
  }

  /**
   * Returns the labels of a model, none if the server does not list any.
   *
   * @param model its name, or null for the first one
   * @throws IllegalStateException if the server cannot be reached or answers with an error
   */
  List<String> labels(@Nullable String model) {
    HttpResponse<byte[]> answer;
    try {
      answer = get("/v1/models");
    } catch (CompletionException e) {
      throw new IllegalStateException(target.url() + ": " + describe(ConnectionErrors.of(e)), e);
    }
    if (answer.statusCode() != OK) {
      throw new IllegalStateException(
          target.path("/v1/models")
              + ": "
              + describe(AnswerJson.refusal(answer.statusCode(), answer.body())));
    }
    List<String> labels = new ArrayList<>();
    for (JsonNode offered : Json.parse(answer.body()).path("data")) {
      if (model == null || model.equals(offered.path("id").asText())) {
        offered.path("labels").forEach(label -> labels.add(label.asText()));
        break;
      }
    }
    return labels;
  }

  /** Returns the server's metrics, none if it has no such page. */
  PrometheusText metrics() {
    try {
      HttpResponse<byte[]> answer = get("/metrics");
      return answer.statusCode() == OK
          ? PrometheusText.parse(new String(answer.body(), StandardCharsets.UTF_8))
          : PrometheusText.NONE;
    } catch (CompletionException e) {
      return PrometheusText.NONE;
    }
  }

  private HttpResponse<byte[]> get(String path) {
    HttpRequest request = Requests.to(target, path).timeout(PATIENCE).build();
    return client.sendAsync(request, BodyHandlers.ofByteArray()).join();
  }

  private static String describe(Ending failure) {
    return failure.message().isEmpty()
        ? failure.error()
        : failure.error() + ": " + failure.message();
  }
}
