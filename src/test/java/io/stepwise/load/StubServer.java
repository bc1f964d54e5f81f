package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A server that answers when it is told to, after previews at even distances, and writes down when
 * each request came and was answered.
 */
final class StubServer implements AutoCloseable {

  static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
  private static final int BUFFER = 10_000;
  private static final int PREVIEWS = 4;

  /** Decides when a request is answered. */
  interface Delays {

    /** Returns the time, by {@link System#nanoTime}. */
    long answerAt(long arrivedNanos);

    static Delays of(long millis) {
      return arrived -> arrived + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** Serves one at a time, each for so long. */
    static Delays oneAtATime(long millis) {
      long[] free = {Long.MIN_VALUE};
      return arrived -> {
        synchronized (free) {
          free[0] = Math.max(free[0], arrived) + TimeUnit.MILLISECONDS.toNanos(millis);
          return free[0];
        }
      };
    }
  }

  /** What was written down of a request. */
  record Entry(long arrivedNanos, long answeredNanos) {}

  private final ActorSystem system =
      ActorSystem.create("stub", ConfigFactory.load("application-test"));
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final Map<String, Runnable> cancels = new ConcurrentHashMap<>();
  private final List<JsonNode> bodies = Collections.synchronizedList(new ArrayList<>());
  private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
  private final AtomicInteger sockets = new AtomicInteger();
  private final AtomicInteger refusals = new AtomicInteger();
  private final AtomicInteger images = new AtomicInteger();
  private final Delays delays;
  private final ServerBinding binding;

  StubServer(Delays delays) {
    this.delays = delays;
    this.binding =
        Http.get(system)
            .newServerAt("127.0.0.1", 0)
            .bind(this::handle)
            .toCompletableFuture()
            .join();
  }

  String url() {
    return "http://127.0.0.1:" + binding.localAddress().getPort();
  }

  /** Returns what was written down, by the seeds of the requests. */
  Map<Long, Entry> entries() {
    return entries;
  }

  /** Returns what was asked for so far, in order. */
  List<JsonNode> bodies() {
    return bodies;
  }

  Set<String> authorizations() {
    return authorizations;
  }

  /** Returns how many websockets were opened. */
  int sockets() {
    return sockets.get();
  }

  /** Refuses this many requests from now on. */
  void refuse(int count) {
    refusals.set(count);
  }

  private CompletionStage<HttpResponse> handle(HttpRequest request) {
    String path = request.getUri().path();
    request.getHeader("Authorization").ifPresent(header -> authorizations.add(header.value()));
    if (path.equals("/v1/stream")) {
      WebSocketUpgrade upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade).get();
      sockets.incrementAndGet();
      return CompletableFuture.completedFuture(upgrade.handleMessagesWith(StubSocket.flow(this)));
    }
    if (path.equals("/v1/images/generations")) {
      return request
          .entity()
          .toStrict(10_000, system)
          .thenCompose(entity -> generate(Json.parse(entity.getData().toArray())))
          .exceptionally(failure -> response(400, "{}"));
    }
    if (path.startsWith("/v1/generations/")) {
      Runnable cancel = cancels.remove(path.substring("/v1/generations/".length()));
      if (cancel != null) {
        cancel.run();
      }
      return answer(cancel == null ? 404 : 200, "{}");
    }
    if (path.equals("/metrics")) {
      return CompletableFuture.completedFuture(
          HttpResponse.create()
              .withEntity("# TYPE stub_images counter\nstub_images_total " + images + "\n"));
    }
    return answer(200, "{\"data\": [{\"id\": \"toy\", \"labels\": [\"boot\", \"bag\"]}]}");
  }

  private static CompletionStage<HttpResponse> answer(int status, String json) {
    return CompletableFuture.completedFuture(response(status, json));
  }

  private static HttpResponse response(int status, String json) {
    return HttpResponse.create().withStatus(status).withEntity(ContentTypes.APPLICATION_JSON, json);
  }

  private CompletionStage<HttpResponse> generate(JsonNode body) {
    bodies.add(body);
    if (refuses()) {
      return answer(429, StubMessages.QUEUE_FULL);
    }
    if (body.path("stream").asBoolean()) {
      return CompletableFuture.completedFuture(events(body));
    }
    CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    Job job =
        serve(body, index -> {}, () -> answer.complete(response(200, StubMessages.images(body))));
    cancels.put(
        body.path("id").asText(),
        () -> {
          job.cancel();
          answer.complete(response(409, StubMessages.CANCELLED));
        });
    return answer;
  }

  private HttpResponse events(JsonNode body) {
    Source<ByteString, ?> source =
        Source.<ByteString>queue(BUFFER)
            .mapMaterializedValue(
                made -> {
                  serve(
                      body,
                      index -> made.offer(event(StubMessages.partialImage(index))),
                      () -> {
                        for (int i = 0; i < body.path("n").asInt(); i++) {
                          made.offer(event(StubMessages.completed(i)));
                        }
                        made.complete();
                      });
                  return made;
                });
    return HttpResponse.create()
        .withEntity(HttpEntities.create(MediaTypes.TEXT_EVENT_STREAM.toContentType(), source));
  }

  private static ByteString event(JsonNode data) {
    return ByteString.fromString(
        ": keepalive\n\nevent: " + data.get("type").asText() + "\ndata: " + data + "\n\n");
  }

  /** A request that is being served. */
  interface Job {

    /** Stops it. */
    void cancel();
  }

  /** Serves a request and says at even distances that a preview of its first image is there. */
  Job serve(JsonNode body, IntConsumer onPreview, Runnable onAnswer) {
    long arrived = System.nanoTime();
    long answerAt = delays.answerAt(arrived);
    boolean hasPreviews =
        body.path("preview_every").asInt() > 0 || body.path("partial_images").asInt() > 0;
    List<Future<?>> tasks = new CopyOnWriteArrayList<>();
    for (int i = 1; hasPreviews && i <= PREVIEWS; i++) {
      long at = arrived + (answerAt - arrived) * i / (PREVIEWS + 1);
      tasks.add(at(at, () -> onPreview.accept(0)));
    }
    tasks.add(
        at(
            answerAt,
            () -> {
              images.addAndGet(body.path("n").asInt(1));
              entries.put(body.path("seed").asLong(), new Entry(arrived, System.nanoTime()));
              onAnswer.run();
            }));
    return () -> tasks.forEach(task -> task.cancel(false));
  }

  private Future<?> at(long nanos, Runnable action) {
    return timer.schedule(action, nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  /** Returns whether the next request is to be refused. */
  boolean refuses() {
    return refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
  }

  Materializer materializer() {
    return Materializer.matFromSystem(system);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    system.terminate();
  }

  /** Closes it and waits until nobody listens. */
  void awaitClosed() {
    binding.unbind().toCompletableFuture().join();
    close();
  }

  static String base64() {
    return Base64.getEncoder().encodeToString(PNG);
  }
}
