package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.Directives.reject;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.Activation;
import io.stepwise.sampling.ModelVersions;
import io.stepwise.sampling.SamplingClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** Tells the versions of a model's weights, and takes one into use. */
final class SnapshotRoutes {

  private static final String ACTIVATE = ":activate";
  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final SamplingClient client;

  SnapshotRoutes(SamplingClient client) {
    this.client = client;
  }

  Route route() {
    return concat(
        path(
            segment("v1").slash("models").slash(segment()).slash("snapshots"),
            model -> get(() -> completeWithFuture(found(model).thenCompose(this::history)))),
        path(
            segment("v1").slash("models").slash(segment()).slash("snapshots").slash(segment()),
            (model, action) ->
                action.endsWith(ACTIVATE)
                    ? post(() -> extractRequest(request -> activate(model, action, request)))
                    : reject()));
  }

  private Route activate(String model, String action, HttpRequest request) {
    String version = action.substring(0, action.length() - ACTIVATE.length());
    return completeWithFuture(
        found(model)
            .thenCompose(
                name -> client.activate(name, version, ActivationJson.parse(request).canary()))
            .thenCompose(outcome -> answer(model, outcome)));
  }

  private CompletionStage<HttpResponse> answer(String model, Activation outcome) {
    if (outcome instanceof Activation.Unknown unknown) {
      return CompletableFuture.completedStage(
          ApiError.notFound("snapshot_not_found", "snapshot", unknown.message()).response());
    }
    if (outcome instanceof Activation.Refused refused) {
      return CompletableFuture.completedStage(
          ResultResponses.conflict("snapshot_refused", "snapshot", refused.message()));
    }
    return history(model);
  }

  private CompletionStage<HttpResponse> history(String model) {
    return client.versions(model).handle(SnapshotRoutes::history);
  }

  private static HttpResponse history(ModelVersions versions, @Nullable Throwable failure) {
    if (failure instanceof StatusReply.ErrorMessage unreadable) {
      return ApiError.unavailable(
              "snapshots_unavailable", String.valueOf(unreadable.getMessage()), ASK_AGAIN)
          .response();
    }
    if (failure != null) {
      throw new CompletionException(failure);
    }
    return Json.response(StatusCodes.OK, SnapshotsJson.of(versions));
  }

  /** Completes with the name of a model that is served, or fails with an {@link ApiException}. */
  private CompletionStage<String> found(String model) {
    return client
        .models()
        .thenApply(
            models -> {
              if (models.stream().noneMatch(served -> served.name().equals(model))) {
                throw ModelRoutes.unknown(model, models).exception();
              }
              return model;
            });
  }
}
