package io.stepwise.http;

import io.stepwise.network.ModelDescription;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.Vitals;
import io.stepwise.settings.HttpSettings;
import io.stepwise.settings.Settings;
import io.stepwise.settings.StreamSettings;
import io.stepwise.telemetry.Meters;
import io.stepwise.training.TrainingClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** A server on a free port of the loopback, and a client of it. */
final class TestServer implements AutoCloseable {

  static final StreamSettings STREAM =
      new StreamSettings(100, 64 << 10, 64, 256, Duration.ofSeconds(15), Duration.ofSeconds(60));
  static final HttpSettings SETTINGS = settings(Duration.ofSeconds(30), Duration.ofMinutes(5));
  static final ModelInfo TOY = model("toy");

  private final HttpServer server;
  private final Meters meters;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private TestServer(HttpServer server, Meters meters) {
    this.server = server;
    this.meters = meters;
  }

  static TestServer start(ActorSystem<?> system, ActorRef<SamplingService.Command> service) {
    return start(system, service, SETTINGS, HttpServer.Times.STANDARD);
  }

  static TestServer start(
      ActorSystem<?> system,
      ActorRef<SamplingService.Command> service,
      HttpSettings settings,
      HttpServer.Times times) {
    return start(system, service, Optional.empty(), settings, times);
  }

  static TestServer start(
      ActorSystem<?> system,
      ActorRef<SamplingService.Command> service,
      Optional<TrainingClient> training,
      HttpSettings settings,
      HttpServer.Times times) {
    SamplingClient client = new SamplingClient(service, system, Duration.ofMinutes(1));
    Meters meters = new Meters();
    return new TestServer(
        HttpServer.start(system, client, training, settings, meters, times)
            .toCompletableFuture()
            .join(),
        meters);
  }

  /** Starts the server of a process that takes no requests. */
  static TestServer startForWatchers(ActorSystem<?> system, Vitals vitals, String http) {
    Meters meters = new Meters();
    return new TestServer(
        HttpServer.startForWatchers(system, vitals, settings(http), meters)
            .toCompletableFuture()
            .join(),
        meters);
  }

  /** Returns settings with a body limit of 1 MiB. */
  static HttpSettings settings(Duration bodyTimeout, Duration requestTimeout) {
    return settings(settings(""), bodyTimeout, requestTimeout, STREAM, List.of());
  }

  static HttpSettings settings(StreamSettings stream, String... allowedOrigins) {
    HttpSettings base = settings("");
    return settings(
        base, base.bodyTimeout(), base.requestTimeout(), stream, List.of(allowedOrigins));
  }

  static HttpSettings settings(String host, int port) {
    return settings("host = \"" + host + "\", port = " + port);
  }

  /** Returns settings of which some keys are given as they would stand in a file. */
  static HttpSettings settings(String http) {
    return Settings.parse(
            "stepwise.http { port = 0, body-timeout = 30 s, shutdown-grace = 0 s, " + http + " }")
        .http();
  }

  private static HttpSettings settings(
      HttpSettings base,
      Duration bodyTimeout,
      Duration requestTimeout,
      StreamSettings stream,
      List<String> allowedOrigins) {
    return new HttpSettings(
        base.host(),
        base.port(),
        base.apiKeys(),
        base.apiKeysFile(),
        base.allowAnonymous(),
        base.maxConnections(),
        base.tls(),
        base.maxBodyBytes(),
        requestTimeout,
        bodyTimeout,
        base.shutdownGrace(),
        allowedOrigins,
        stream);
  }

  static ModelInfo model(String name) {
    ModelDescription description = ToyModel.named(name).description();
    return new ModelInfo(
        description, List.of(description.digest()), List.of("ddpm", "ddim"), "ddpm", 1000, 8, true);
  }

  Meters meters() {
    return meters;
  }

  HttpServer server() {
    return server;
  }

  /** Returns how many images the server has taken on and not finished. */
  int unfinishedImages() {
    return get("/v1/fleet").json().path("unfinished_images").asInt();
  }

  Answer get(String path) {
    return send("GET", path, "").join();
  }

  Answer post(String json) {
    return postLater(json).join();
  }

  /** Asks for images. */
  CompletableFuture<Answer> postLater(String json) {
    return send("POST", "/v1/images/generations", json);
  }

  CompletableFuture<Answer> send(String method, String path, String json) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  CompletableFuture<Answer> send(HttpRequest request) {
    return client
        .sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(answer -> new Answer(answer.statusCode(), answer.headers().map(), answer.body()))
        .orTimeout(30, TimeUnit.SECONDS);
  }

  URI uri(String path) {
    return uri("http", path);
  }

  URI uri(String scheme, String path) {
    return URI.create(scheme + "://127.0.0.1:" + server.address().getPort() + path);
  }

  /** Opens a websocket. */
  SocketClient open() {
    return SocketClient.open(socketUri(), "");
  }

  URI socketUri() {
    return URI.create("ws://127.0.0.1:" + server.address().getPort() + "/v1/stream");
  }

  RawConnection connect() {
    return RawConnection.to(server.address());
  }

  @Override
  public void close() {
    server.stop(Duration.ZERO).toCompletableFuture().join();
    meters.close();
  }
}
