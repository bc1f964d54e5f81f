package io.stepwise.http;

import static scala.jdk.javaapi.DurationConverters.toScala;

import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.Vitals;
import io.stepwise.settings.HttpSettings;
import io.stepwise.telemetry.Meters;
import io.stepwise.training.TrainingClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;

/**
 * The server, bound to its address. It does not stop by itself: whoever started it drains the
 * sampling service, so that clients are told that it is shutting down, then stops this, then the
 * actor system.
 */
public final class HttpServer {

  /** Time to break off connections that are still open after the grace. */
  private static final Duration BREAKING_OFF = Duration.ofSeconds(1);

  /** Connections beyond the limit that are told so at the same time; the next ones wait. */
  private static final int SPARE_CONNECTIONS = 64;

  /**
   * Times that are no settings.
   *
   * @param idle how long a connection may go without a whole request head while no answer is being
   *     made on it
   * @param margin how much longer than a request may take passes before its connection is given up:
   *     the deadline of a generation gives the better answer
   */
  record Times(Duration idle, Duration margin) {

    static final Times STANDARD = new Times(Duration.ofSeconds(60), Duration.ofSeconds(5));
  }

  private final ServerBinding binding;
  private final Connections connections;

  private HttpServer(ServerBinding binding, Connections connections) {
    this.binding = binding;
    this.connections = connections;
  }

  /**
   * Begins to listen; fails if the address cannot be had.
   *
   * @param client the service; it is asked to give up a little after {@code
   *     settings.requestTimeout()} at the earliest, and no request may have a longer deadline
   * @param training the trainer; empty where nothing can be trained
   * @param settings where to listen, who may call, and limits
   * @param meters told of connections and requests, and shown under {@code /metrics}
   */
  public static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      SamplingClient client,
      Optional<TrainingClient> training,
      HttpSettings settings,
      Meters meters) {
    return start(system, client, training, settings, meters, Times.STANDARD);
  }

  static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      SamplingClient client,
      Optional<TrainingClient> training,
      HttpSettings settings,
      Meters meters,
      Times times) {
    Connections connections = new Connections(meters);
    RateLimits limits = new RateLimits(settings.apiKeys(), System::nanoTime);
    Route routes = Api.everything(system, client, training, settings, limits, connections, meters);
    return start(system, routes, settings, limits, connections, meters, times);
  }

  /**
   * Begins to listen, as {@link #start} does, in a process that takes no requests for images: those
   * who watch it are answered, and nobody else.
   *
   * @param vitals what they are told
   * @param settings where to listen, and who may see metrics
   * @param meters told of connections and requests, and shown under {@code /metrics}
   */
  public static CompletionStage<HttpServer> startForWatchers(
      ActorSystem<?> system, Vitals vitals, HttpSettings settings, Meters meters) {
    return start(
        system,
        Api.vitals(vitals, meters),
        settings,
        new RateLimits(settings.apiKeys(), System::nanoTime),
        new Connections(meters),
        meters,
        Times.STANDARD);
  }

  private static CompletionStage<HttpServer> start(
      ActorSystem<?> system,
      Route routes,
      HttpSettings settings,
      RateLimits limits,
      Connections connections,
      Meters meters,
      Times times) {
    Api api = new Api(system, settings, routes);
    FrontDoor door = new FrontDoor(new Guard(settings), limits, api, meters);
    Flow<HttpRequest, HttpResponse, NotUsed> flow =
        BidiFlow.fromGraph(
                new ConnectionLimit(settings.maxConnections(), connections::sockets, meters))
            .atop(BidiFlow.fromGraph(new ConnectionStage(connections, times.idle())))
            .join(Flow.<HttpRequest>create().mapAsync(1, door::answer));
    ServerBuilder server =
        Http.get(system)
            .newServerAt(settings.host(), settings.port())
            .withSettings(serverSettings(system, settings, times.margin()));
    return encrypted(server, settings)
        .bindFlow(flow)
        .thenApply(binding -> new HttpServer(binding, connections));
  }

  private static ServerBuilder encrypted(ServerBuilder server, HttpSettings settings) {
    if (!settings.tls().isOn()) {
      return server;
    }
    Tls tls = new Tls(settings.tls(), System::nanoTime);
    return server.enableHttps(ConnectionContext.httpsServer(tls::engine));
  }

  private static ServerSettings serverSettings(
      ActorSystem<?> system, HttpSettings settings, Duration margin) {
    ServerSettings defaults = ServerSettings.create(system.settings().config());
    Duration longest = settings.requestTimeout().plus(margin);
    return defaults
        .withServerHeader(Optional.empty())
        .withPipeliningLimit(1)
        .withMaxConnections(settings.maxConnections() + SPARE_CONNECTIONS)
        .withRemoteAddressAttribute(true)
        .withTransparentHeadRequests(true)
        .withTerminationDeadlineExceededResponse(ErrorResponses.shuttingDown())
        .withParsingErrorHandler(MalformedRequests.class.getName())
        .withParserSettings(defaults.getParserSettings().withIllegalHeaderWarnings(false))
        .withTimeouts(
            defaults
                .getTimeouts()
                .withRequestTimeout(toScala(longest))
                .withIdleTimeout(toScala(longestSilence(settings, margin))));
  }

  /** Returns how long a connection may be silent while something is done for it. */
  private static Duration longestSilence(HttpSettings settings, Duration margin) {
    Duration answer =
        settings.requestTimeout().plus(settings.bodyTimeout()).plus(margin).plus(margin);
    Duration stream = settings.stream().stallTimeout().plus(settings.stream().keepAlive());
    return answer.plus(stream);
  }

  /** Returns the address that it listens on, with the port that it really has. */
  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /** Returns how many websockets are open. */
  int sockets() {
    return connections.sockets();
  }

  /**
   * Stops to listen and closes every connection after the answer that is being made for it, a
   * websocket after all that it waits for; completes when all are closed. Those that are not after
   * {@code grace} are broken off.
   */
  public CompletionStage<Done> stop(Duration grace) {
    return binding
        .unbind()
        .thenCompose(done -> connections.close(grace))
        .thenRun(connections::breakOffSockets)
        .thenCompose(done -> binding.terminate(BREAKING_OFF))
        .thenApply(terminated -> Done.getInstance());
  }
}
