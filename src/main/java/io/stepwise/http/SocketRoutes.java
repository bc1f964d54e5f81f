package io.stepwise.http;

import static org.apache.pekko.http.javadsl.server.Directives.complete;
import static org.apache.pekko.http.javadsl.server.Directives.extractRequest;
import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.segment;

import io.stepwise.sampling.SamplingClient;
import io.stepwise.settings.HttpSettings;
import io.stepwise.settings.StreamSettings;
import io.stepwise.training.TrainingClient;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.http.impl.engine.ws.UpgradeToWebSocketLowLevel;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.stream.javadsl.Flow;
import scala.Option;

/**
 * Opens websockets.
 *
 * <p>They are taken over as frames, below the messages that Pekko HTTP offers: only there can a
 * connection be closed with a code, can a message be refused by its size before it has arrived, and
 * are a client's signs of life seen.
 */
final class SocketRoutes {

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  private final SamplingClient client;
  private final Optional<TrainingClient> training;
  private final StreamSettings settings;
  private final OriginCheck origins;
  private final RateLimits limits;
  private final Connections connections;

  SocketRoutes(
      SamplingClient client,
      Optional<TrainingClient> training,
      HttpSettings settings,
      RateLimits limits,
      Connections connections) {
    this.client = client;
    this.training = training;
    this.limits = limits;
    this.settings = settings.stream();
    this.origins = new OriginCheck(settings.allowedOrigins());
    this.connections = connections;
  }

  Route route() {
    return path(
        segment("v1").slash("stream"),
        () -> get(() -> extractRequest(request -> complete(open(request)))));
  }

  private HttpResponse open(HttpRequest request) {
    Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
    if (upgrade.isEmpty()) {
      return noHandshake().response().addHeader(RawHeader.create("Upgrade", "websocket"));
    }
    return refusal(request)
        .map(ApiError::response)
        .orElseGet(() -> accept((UpgradeToWebSocketLowLevel) upgrade.get(), request));
  }

  private Optional<ApiError> refusal(HttpRequest request) {
    Optional<ApiError> wrongOrigin = origins.refusal(request);
    if (wrongOrigin.isPresent() || connections.sockets() < settings.maxSockets()) {
      return wrongOrigin;
    }
    String message =
        "websockets: %d are open (expected: at most %d)"
            .formatted(connections.sockets(), settings.maxSockets());
    return Optional.of(ApiError.tooMuch("too_many_sockets", message, ASK_AGAIN));
  }

  private HttpResponse accept(UpgradeToWebSocketLowLevel upgrade, HttpRequest request) {
    SocketStage socket =
        new SocketStage(client, training, Caller.of(request), settings, limits, connections);
    return upgrade.handleFrames(
        Flow.fromGraph(socket).mapMaterializedValue(nothing -> (Object) nothing), Option.empty());
  }

  private static ApiError noHandshake() {
    return ApiError.invalid(
        StatusCodes.UPGRADE_REQUIRED,
        "upgrade_required",
        null,
        "Upgrade: missing or not a valid handshake (expected: a websocket of version 13)");
  }
}
