package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingClient;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Tells which models are served and what they can do. */
final class ModelRoutes {

  private final SamplingClient client;
  private final Instant started = Instant.now();

  ModelRoutes(SamplingClient client) {
    this.client = client;
  }

  Route route() {
    return concat(
        path(segment("v1").slash("models"), () -> get(this::all)),
        path(segment("v1").slash("models").slash(segment()), name -> get(() -> one(name))));
  }

  private Route all() {
    return completeWithFuture(
        client
            .models()
            .thenApply(
                models -> Json.response(StatusCodes.OK, ModelJson.Models.of(models, started))));
  }

  private Route one(String name) {
    return completeWithFuture(client.models().thenApply(models -> find(name, models)));
  }

  private HttpResponse find(String name, List<ModelInfo> models) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(model -> Json.response(StatusCodes.OK, ModelJson.of(model, started)))
        .orElseGet(() -> unknown(name, models).response());
  }

  /** Returns the error of a model that is not served. */
  static ApiError unknown(String name, List<ModelInfo> models) {
    String served = models.stream().map(ModelInfo::name).collect(Collectors.joining(", "));
    String message = "model: " + FieldValue.quoted(name) + " (expected: one of " + served + ")";
    return ApiError.notFound("model_not_found", "model", message);
  }
}
