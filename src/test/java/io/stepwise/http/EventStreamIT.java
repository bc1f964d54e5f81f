package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.ConfigFactory;
import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.Usage;
import io.stepwise.settings.StreamSettings;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers that are streamed as server-sent events, with a service that the tests play. */
class EventStreamIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final HttpServer.Times QUICK =
      new HttpServer.Times(Duration.ofSeconds(2), Duration.ofSeconds(5));
  private static final StreamSettings LIVELY =
      new StreamSettings(9, 1024, 9, 9, Duration.ofMillis(200), Duration.ofSeconds(60));

  private final StandIn service = new StandIn(KIT, 12);
  private final TestServer server =
      TestServer.start(KIT.system(), service.ref(), TestServer.settings(LIVELY), QUICK);

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void partialImagesComeBeforeTheImageInOpenAisShapes() {
    try (EventClient client =
        EventClient.post(
            server, "{\"stream\": true, \"partial_images\": 2, \"id\": \"a\", \"n\": 1}")) {
      SamplingService.Generate order = service.accept(6);
      assertThat(order.request().id()).isEqualTo("a");
      assertThat(client.status()).isEqualTo(200);
      assertThat(client.header("Content-Type")).isEqualTo("text/event-stream");
      assertThat(client.header("X-Request-Id")).isEqualTo("a");

      for (int step = 1; step < 6; step++) {
        order.replyTo().tell(StandIn.step(order, 0, step, 6));
        if (step == 2 || step == 4) {
          JsonNode partial = client.next("image_generation.partial_image");
          assertThat(partial.path("step").asInt()).isEqualTo(step);
          assertThat(partial.path("of").asInt()).isEqualTo(6);
          assertThat(partial.path("index").asInt()).isZero();
          assertThat(partial.path("partial_image_index").asInt()).isEqualTo(step / 2 - 1);
          assertThat(Base64.getDecoder().decode(partial.path("b64_json").asText())).hasSize(12);
          assertCommon(partial);
        }
      }
      order.replyTo().tell(StandIn.image(order, 0, bytes("picture")));
      order.replyTo().tell(completed(order, 1, List.of()));
      JsonNode image = client.next("image_generation.completed");
      assertThat(image.path("b64_json").asText())
          .isEqualTo(Base64.getEncoder().encodeToString(bytes("picture")));
      assertThat(image.path("seed").asInt()).isEqualTo(7);
      assertThat(image.path("id").asText()).isEqualTo("a");
      assertThat(image.path("snapshot").asText()).isEqualTo("digest of toy");
      assertThat(image.path("usage").toString())
          .isEqualTo("{\"queue_ms\":3,\"run_ms\":40,\"steps\":6}");
      assertCommon(image);
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void everyImageHasItsEventAndTheLastOneSaysWhatAllTook() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true, \"n\": 3}")) {
      SamplingService.Generate order = service.accept(6);
      assertThat(order.request().previews()).isNull();
      order.replyTo().tell(StandIn.image(order, 2, bytes("c")));
      JsonNode first = client.next("image_generation.completed");
      assertThat(first.path("index").asInt()).isEqualTo(2);
      assertThat(first.has("usage")).isFalse();
      FailedImage failure = new FailedImage(0, "bad luck");
      order.replyTo().tell(new GenerationEvent.ImageFailed(order.request().id(), failure));
      JsonNode failed = client.next("image_generation.failed");
      assertThat(failed.path("index").asInt()).isZero();
      assertThat(failed.path("reason").asText()).isEqualTo("bad luck");
      order.replyTo().tell(StandIn.image(order, 1, bytes("b")));
      order.replyTo().tell(completed(order, 1, List.of(failure)));
      JsonNode last = client.next("image_generation.completed");
      assertThat(last.path("index").asInt()).isEqualTo(1);
      assertThat(last.has("usage")).isTrue();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void resultThatWasKeptIsStreamedAtOnce() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true}")) {
      SamplingService.Generate order = service.expect(SamplingService.Generate.class);
      order.replyTo().tell(completed(order, 1, List.of()));
      assertThat(client.next("image_generation.completed").has("usage")).isTrue();
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void requestThatIsNotAcceptedIsAnOrdinaryError() {
    CompletableFuture<Answer> answer = server.postLater("{\"stream\": true}");
    SamplingService.Generate order = service.expect(SamplingService.Generate.class);
    String id = order.request().id();
    order
        .replyTo()
        .tell(
            new GenerationResult.Refused(
                id, RefusalReason.QUEUE_FULL, "full", Duration.ofSeconds(3)));
    assertThat(answer.join().status()).isEqualTo(429);
    assertThat(answer.join().code()).isEqualTo("queue_full");
    assertThat(answer.join().header("Retry-After")).contains("3");
    assertThat(server.post("{\"stream\": true, \"partial_images\": 9, \"steps\": 4}").message())
        .isEqualTo("partial_images: 9 (expected: 0 to 4, the steps)");
  }

  @Test
  void errorOfAnAcceptedRequestIsAnEvent() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true}")) {
      SamplingService.Generate order = service.accept(6);
      assertThat(client.status()).isEqualTo(200);
      order.replyTo().tell(new GenerationResult.Failed(order.request().id(), "worn out"));
      JsonNode error = client.next("error");
      assertThat(error.path("type").asText()).isEqualTo("error");
      assertThat(error.at("/error/code").asText()).isEqualTo("generation_failed");
      assertThat(error.at("/error/message").asText()).contains("worn out");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void silentStreamIsKeptAliveAndNotCutByTheIdleTime() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true}")) {
      SamplingService.Generate order = service.accept(6);
      for (int i = 0; i < 12; i++) {
        assertThat(client.comment()).isEqualTo(": keepalive");
      }
      order.replyTo().tell(completed(order, 1, List.of()));
      client.next("image_generation.completed");
      assertThat(client.isAtEnd()).isTrue();
    }
  }

  @Test
  void clientThatGoesLeavesItsGeneration() {
    EventClient client = EventClient.post(server, "{\"stream\": true, \"id\": \"left\"}");
    service.accept(6);
    assertThat(client.status()).isEqualTo(200);
    client.close();
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("left");
  }

  @Test
  void clientThatGoesBeforeItsRequestIsAcceptedLeavesItToo() {
    RawConnection raw = server.connect();
    raw.send(EventClient.request("{\"stream\": true, \"id\": \"left\"}"));
    service.expect(SamplingService.Generate.class);
    raw.close();
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("left");
  }

  @Test
  void requestMayWaitLongerThanAnyTimeOfStreamsToBeAccepted() {
    ActorTestKit impatient =
        ActorTestKit.create(
            "impatient",
            ConfigFactory.parseString(
                    "pekko.stream.materializer.subscription-timeout.timeout = 100 ms")
                .withFallback(ConfigFactory.load("application-test")));
    StandIn busy = new StandIn(impatient, 12);
    try (TestServer hurried = TestServer.start(impatient.system(), busy.ref());
        EventClient client = EventClient.post(hurried, "{\"stream\": true}")) {
      SamplingService.Generate order = busy.expect(SamplingService.Generate.class);
      busy.expectNothing(Duration.ofMillis(500));
      order
          .replyTo()
          .tell(new GenerationEvent.Accepted(order.request().id(), 7, order.request().n(), 6));
      order.replyTo().tell(completed(order, 1, List.of()));
      client.next("image_generation.completed");
    } finally {
      impatient.shutdownTestKit();
    }
  }

  @Test
  void stoppingServerWaitsForTheEndOfAStream() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true}")) {
      SamplingService.Generate order = service.accept(6);
      assertThat(client.status()).isEqualTo(200);
      CompletableFuture<Done> stopped =
          server.server().stop(Duration.ofMinutes(1)).toCompletableFuture();
      assertThat(client.comment()).isEqualTo(": keepalive");
      assertThat(stopped).isNotDone();
      order.replyTo().tell(completed(order, 1, List.of()));
      client.next("image_generation.completed");
      assertThat(client.isAtEnd()).isTrue();
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
    }
  }

  @Test
  void connectionIsUsedAgainAfterAStream() {
    try (EventClient client = EventClient.post(server, "{\"stream\": true}")) {
      SamplingService.Generate order = service.accept(6);
      order.replyTo().tell(completed(order, 1, List.of()));
      client.next("image_generation.completed");
      assertThat(client.isAtEnd()).isTrue();
      RawConnection same = client.connection();
      same.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(same.receive().status()).isEqualTo(200);
      assertThat(same.receivesNothingMore()).isTrue();
    }
  }

  private static void assertCommon(JsonNode event) {
    assertThat(event.path("size").asText()).isEqualTo("3x2");
    assertThat(event.path("quality").asText()).isEqualTo("auto");
    assertThat(event.path("background").asText()).isEqualTo("opaque");
    assertThat(event.path("output_format").asText()).isEqualTo("png");
    assertThat(event.path("created_at").asLong()).isGreaterThan(1_700_000_000L);
  }

  private static GenerationResult completed(
      SamplingService.Generate order, int images, List<FailedImage> failures) {
    List<GeneratedImage> made =
        List.of(new GeneratedImage(0, 7, bytes("picture")))
            .subList(0, failures.isEmpty() ? images : 0);
    return new GenerationResult.Completed(
        order.request().id(),
        "toy",
        "abc",
        made,
        failures,
        new Usage(Duration.ofMillis(3), Duration.ofMillis(40), 6));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
