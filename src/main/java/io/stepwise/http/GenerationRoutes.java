package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.completeWithFuture;
import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.delete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.Directives.post;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.CancelOutcome;
import io.stepwise.sampling.Client;
import io.stepwise.sampling.GenerationRequest;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.GenerationStatus;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.PendingGeneration;
import io.stepwise.sampling.SamplingClient;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.server.Route;

/** Makes images, tells how far they are, and stops making them. */
final class GenerationRoutes {

  private final SamplingClient client;
  private final EventStreams streams;

  GenerationRoutes(SamplingClient client, EventStreams streams) {
    this.client = client;
    this.streams = streams;
  }

  Route route() {
    return concat(
        path(
            segment("v1").slash("images").slash("generations"),
            () -> post(() -> extractRequest(this::create))),
        path(
            segment("v1").slash("generations").slash(segment()),
            id ->
                extractRequest(
                    request ->
                        concat(
                            get(() -> status(Caller.of(request), id)),
                            delete(() -> cancel(Caller.of(request), id))))));
  }

  private Route create(HttpRequest request) {
    GenerationRequestJson.Order order =
        GenerationRequestJson.parse(
            JsonBody.of(request), Caller.of(request), IdempotencyHeader.of(request));
    Optional<Disconnection> disconnection = request.getAttribute(Disconnection.KEY);
    return completeWithFuture(
        client
            .models()
            .thenCompose(
                models ->
                    order
                        .partials()
                        .map(
                            partials ->
                                streams.open(order.request(), partials, models, disconnection))
                        .orElseGet(() -> whole(order.request(), models, disconnection))));
  }

  private CompletionStage<HttpResponse> whole(
      GenerationRequest request, List<ModelInfo> models, Optional<Disconnection> disconnection) {
    return generate(request, disconnection).thenApply(result -> ResultResponses.of(result, models));
  }

  private CompletionStage<GenerationResult> generate(
      GenerationRequest request, Optional<Disconnection> disconnection) {
    PendingGeneration pending = client.begin(request);
    return disconnection
        .map(gone -> gone.ifBefore(pending.result(), pending::leave))
        .orElse(pending.result());
  }

  private Route status(Client caller, String id) {
    if (!GenerationFields.isId(id)) {
      return complete(unknown(id).response());
    }
    return completeWithFuture(
        client
            .generation(caller, id)
            .thenCompose(
                found ->
                    found
                        .map(status -> withResult(caller, status))
                        .orElseGet(
                            () -> CompletableFuture.completedStage(unknown(id).response()))));
  }

  private CompletionStage<HttpResponse> withResult(Client caller, GenerationStatus status) {
    CompletionStage<Optional<GenerationResult>> result =
        status.state() == GenerationStatus.State.COMPLETED
            ? client.result(caller, status.id())
            : CompletableFuture.completedStage(Optional.empty());
    return result.thenApply(kept -> Json.response(StatusCodes.OK, StatusJson.of(status, kept)));
  }

  private Route cancel(Client caller, String id) {
    if (!GenerationFields.isId(id)) {
      return complete(unknown(id).response());
    }
    return completeWithFuture(
        client.cancel(caller, id).thenApply(outcome -> cancelled(id, outcome)));
  }

  private static HttpResponse cancelled(String id, CancelOutcome outcome) {
    return switch (outcome) {
      case CANCELLED -> Json.response(StatusCodes.OK, StatusJson.Cancelled.of(id));
      case ALREADY_ENDED ->
          ResultResponses.conflict("already_ended", "id", "id: " + id + " has ended already");
      case UNKNOWN -> unknown(id).response();
    };
  }

  private static ApiError unknown(String id) {
    String message =
        "id: "
            + FieldValue.cut(id)
            + " (expected: the id of a generation, running or one of the last that ended)";
    return ApiError.notFound("generation_not_found", "id", message);
  }
}
