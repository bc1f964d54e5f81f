package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.SamplingService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final HttpServer.Times SHORT =
      new HttpServer.Times(Duration.ofSeconds(2), Duration.ofMillis(100));

  private final ServiceProbe service = new ServiceProbe(KIT);
  private final TestServer server = TestServer.start(KIT.system(), service.ref());

  @AfterEach
  void stopServer() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void clientThatGoesAwayCancelsItsGeneration() {
    try (RawConnection client = server.connect()) {
      client.send(post("gone", ""));
      service.expectGenerate();
    }
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("gone");
  }

  @Test
  void clientThatBreaksItsConnectionCancelsItsGeneration() {
    try (RawConnection client = server.connect()) {
      client.send(post("broken", ""));
      service.expectGenerate();
      client.reset();
    }
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("broken");
  }

  @Test
  void clientThatGoesDuringALaterRequestCancelsThatOne() {
    try (RawConnection client = server.connect()) {
      client.send(post("answered", ""));
      ServiceProbe.complete(service.expectGenerate());
      client.receive();
      String request = post("later", "");
      int body = request.indexOf("{");
      client.send(request.substring(0, body)).send(request.substring(body));
      service.expectGenerate();
    }
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("later");
  }

  @Test
  void clientThatGoesAfterItsAnswerCancelsNothing() {
    try (RawConnection client = server.connect()) {
      client.send(post("first", ""));
      ServiceProbe.complete(service.expectGenerate());
      assertThat(client.receive().status()).isEqualTo(200);
    }
    assertNextMessageIsOfTheNextRequest();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1\nConnection: close", "HTTP/1.0"})
  void requestOfAConnectionThatIsToBeClosedIsNotCancelled(String protocol) {
    try (RawConnection client = server.connect()) {
      client.send(post("last", "").replace("HTTP/1.1", protocol));
      ServiceProbe.complete(service.expectGenerate());
      assertThat(client.receive().header("X-Request-Id")).contains("last");
      assertThat(client.receivesNothingMore()).isTrue();
    }
    assertNextMessageIsOfTheNextRequest();
  }

  @Test
  void bodyThatWasWaitedForWithContinueIsRead() {
    try (RawConnection client = server.connect()) {
      String request = post("patient", "Expect: 100-continue\n");
      int body = request.indexOf("{");
      client.send(request.substring(0, body));
      assertThat(client.receive().status()).isEqualTo(100);
      client.send(request.substring(body));
      ServiceProbe.complete(service.expectGenerate());
      assertThat(client.receive().header("X-Request-Id")).contains("patient");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredOneAfterTheOther() {
    try (RawConnection client = server.connect()) {
      client.send(post("a", "") + post("b", ""));
      ServiceProbe.complete(service.expectGenerate());
      ServiceProbe.complete(service.expectGenerate());
      assertThat(client.receive().header("X-Request-Id")).contains("a");
      assertThat(client.receive().header("X-Request-Id")).contains("b");
    }
  }

  @Test
  void connectionOnWhichNoWholeHeadArrivesIsClosed() {
    try (TestServer hasty = hasty(Duration.ofMinutes(5));
        RawConnection silent = hasty.connect();
        RawConnection slow = hasty.connect();
        RawConnection lasting = hasty.connect()) {
      slow.send("GET /v2/health/live HTTP/1.1\nHost: x\nX-Slow");
      lasting.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(lasting.receive().status()).isEqualTo(200);
      assertThat(silent.receivesNothingMore()).isTrue();
      assertThat(slow.receivesNothingMore()).isTrue();
      assertThat(lasting.receivesNothingMore()).isTrue();
    }
  }

  @Test
  void connectionMayBeSilentWhileAnAnswerIsMade() {
    try (TestServer hasty = hasty(Duration.ofMinutes(5));
        RawConnection client = hasty.connect()) {
      client.send(post("long", ""));
      SamplingService.Generate order = service.expectGenerate();
      try (RawConnection silent = hasty.connect()) {
        assertThat(silent.receivesNothingMore()).isTrue();
      }
      ServiceProbe.complete(order);
      assertThat(client.receive().header("X-Request-Id")).contains("long");
    }
  }

  @Test
  void requestThatTakesTooLongIsAnswered503AndCancelled() {
    try (TestServer hasty = hasty(Duration.ofSeconds(1))) {
      CompletableFuture<Answer> answer = hasty.postLater("{\"id\": \"endless\"}");
      service.expectGenerate();
      assertThat(answer.join().status()).isEqualTo(503);
      assertThat(answer.join().code()).isEqualTo("timeout");
      assertThat(answer.join().header("Retry-After")).contains("5");
      assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo("endless");
    }
  }

  @Test
  void serverDoesNotTellWhatItIs() {
    assertThat(server.get("/v2/health/live").header("Server")).isEmpty();
  }

  private void assertNextMessageIsOfTheNextRequest() {
    CompletableFuture<Answer> next = server.postLater("{\"id\": \"next\"}");
    ServiceProbe.complete(service.expectGenerate());
    assertThat(next.join().status()).isEqualTo(200);
  }

  private TestServer hasty(Duration requestTimeout) {
    return TestServer.start(
        KIT.system(),
        service.ref(),
        TestServer.settings(Duration.ofSeconds(30), requestTimeout),
        SHORT);
  }

  private static String post(String id, String headers) {
    String body = "{\"id\": \"" + id + "\"}";
    return """
    POST /v1/images/generations HTTP/1.1
    Host: x
    Content-Type: application/json
    Content-Length: %d
    %s
    %s\
    """
        .formatted(body.length(), headers, body);
  }
}
