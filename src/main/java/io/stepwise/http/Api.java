package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.concat;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.withRequestTimeoutResponse;

import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.Vitals;
import io.stepwise.settings.HttpSettings;
import io.stepwise.telemetry.Meters;
import io.stepwise.training.TrainingClient;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.util.ByteString;

/** Routes, as one function that answers whatever it is asked. */
final class Api {

  private final RequestBody requestBody;
  private final Function<HttpRequest, CompletionStage<HttpResponse>> route;

  Api(ActorSystem<?> system, HttpSettings settings, Route routes) {
    this.requestBody = new RequestBody(settings, SystemMaterializer.get(system).materializer());
    this.route =
        extractRequest(
                request ->
                    withRequestTimeoutResponse(
                        late -> Exchange.end(request, ErrorResponses.timedOut(late)),
                        () -> ErrorResponses.seal(routes)))
            .function(system);
  }

  /** Returns every route, for those who want images. */
  static Route everything(
      ActorSystem<?> system,
      SamplingClient client,
      Optional<TrainingClient> training,
      HttpSettings settings,
      RateLimits limits,
      Connections connections,
      Meters meters) {
    Materializer materializer = SystemMaterializer.get(system).materializer();
    EventStreams streams = new EventStreams(client, settings.stream(), materializer);
    return concat(
        new GenerationRoutes(client, streams).route(),
        new SocketRoutes(client, training, settings, limits, connections).route(),
        new FleetRoutes(client).route(),
        new ModelRoutes(client).route(),
        new SnapshotRoutes(client).route(),
        new TrainingRoutes(training).route(),
        new InferenceRoutes(client).route(),
        new OpenApiRoutes().route(),
        vitals(client, meters),
        new PageRoutes().route());
  }

  /** Returns the routes for those who watch the process. */
  static Route vitals(Vitals vitals, Meters meters) {
    return concat(new MetricsRoutes(vitals, meters).route(), new HealthRoutes(vitals).route());
  }

  /** Completes with the answer to a request and never fails. */
  CompletionStage<HttpResponse> answer(HttpRequest request) {
    return requestBody
        .read(request)
        .thenCompose(body -> route(request, body))
        .exceptionally(failure -> ErrorResponses.failed(failure, request))
        .thenApply(answer -> InferenceErrors.shaped(request, answer));
  }

  /**
   * Throws away what is still to come of a request that was refused; completes with its answer,
   * after which the connection is closed if there is too much of it.
   */
  CompletionStage<HttpResponse> refuse(HttpRequest request, HttpResponse refusal) {
    return requestBody
        .discard(request)
        .thenApply(whole -> whole ? refusal : refusal.addHeader(Connection.create("close")));
  }

  private CompletionStage<HttpResponse> route(HttpRequest request, ByteString body) {
    try {
      return route.apply(
          request.withEntity(HttpEntities.create(request.entity().getContentType(), body)));
    } catch (Exception e) {
      return CompletableFuture.failedStage(e);
    }
  }
}
