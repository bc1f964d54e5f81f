package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.SamplingService;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessLogIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String KEY = "stepwise-key-that-nobody-may-see";

  /** On which every answer fails. */
  private static final List<ModelInfo> BROKEN = Collections.singletonList(null);

  private static final String RANDOM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private final ServiceProbe service = new ServiceProbe(KIT);
  private final TestServer server =
      TestServer.start(
          KIT.system(),
          service.ref(),
          TestServer.settings("api-keys = [" + ApiKeysIT.entry("alice", KEY, "") + "]"),
          HttpServer.Times.STANDARD);

  @AfterEach
  void stopServer() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void everyRequestIsLoggedInOneLineByItsRoute() {
    try (CapturedLog log = CapturedLog.of(Exchange.class)) {
      CompletableFuture<Answer> answer =
          server.send(
              request("/v1/images/generations", "mine-1").POST(json("{\"id\": \"g\"}")).build());
      ServiceProbe.complete(service.expectGenerate());
      assertThat(answer.join().header("X-Request-Id")).contains("mine-1");

      Map<String, String> line = onlyLine(log);
      assertThat(Long.parseLong(line.remove("ms"))).isBetween(0L, 30_000L);
      assertThat(line)
          .isEqualTo(
              Map.of(
                  "level", "INFO",
                  "message", "answered",
                  "method", "POST",
                  "route", "/v1/images/generations",
                  "status", "200",
                  "request_id", "mine-1",
                  "client", "alice",
                  "generation", "g"));
    }
  }

  @Test
  void refusedRequestIsLoggedToo() {
    try (CapturedLog log = CapturedLog.of(Exchange.class)) {
      Answer answer = server.get("/v1/generations/secret-id");

      Map<String, String> line = onlyLine(log);
      assertThat(line)
          .containsEntry("route", "/v1/generations/{id}")
          .containsEntry("status", "401")
          .containsEntry("request_id", answer.header("X-Request-Id").orElseThrow())
          .containsEntry("client", "anybody");
    }
  }

  @Test
  void answersToThoseWhoWatchAreDetails() {
    try (CapturedLog log = CapturedLog.of(Exchange.class)) {
      server.get("/v2/health/live");

      assertThat(onlyLine(log)).containsEntry("level", "DEBUG");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "line\tbreak", "{json}", "\u00e9", "\"quoted\""})
  void requestIdThatIsNotWellFormedIsReplaced(String id) {
    try (RawConnection client = server.connect()) {
      client.send("GET /v2/health/live HTTP/1.1\nHost: x\nX-Request-Id: " + id + "\n\n");
      assertThat(client.receive().header("X-Request-Id").orElseThrow()).matches(RANDOM);
    }
  }

  @Test
  void answerToWhatIsNoRequestHasAnIdToo() {
    try (RawConnection client = server.connect()) {
      Answer answer = client.send("hello world\n\n").receive();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("X-Request-Id").orElseThrow()).matches(RANDOM);
    }
  }

  @Test
  void requestThatTakesTooLongIsLoggedAsItWasAnswered() {
    try (CapturedLog log = CapturedLog.of(Exchange.class);
        TestServer hasty =
            TestServer.start(
                KIT.system(),
                service.ref(),
                TestServer.settings(Duration.ofSeconds(30), Duration.ofSeconds(1)),
                new HttpServer.Times(Duration.ofSeconds(60), Duration.ofMillis(100)))) {
      HttpRequest request =
          HttpRequest.newBuilder(hasty.uri("/v1/images/generations"))
              .header("X-Request-Id", "late")
              .header("Content-Type", "application/json")
              .POST(json("{\"id\": \"slow\"}"))
              .build();
      CompletableFuture<Answer> answer = hasty.send(request);
      SamplingService.Generate order = service.expectGenerate();
      assertThat(answer.join().status()).isEqualTo(503);
      assertThat(answer.join().header("X-Request-Id")).contains("late");
      ServiceProbe.complete(order);
      hasty.get("/v2/health/live");

      assertThat(log.lines().stream().filter(line -> "late".equals(line.get("request_id"))))
          .singleElement()
          .satisfies(line -> assertThat(line).containsEntry("status", "503"));
    }
  }

  @Test
  void defectIsLoggedWithTheRequestThatFoundIt() {
    try (CapturedLog log = CapturedLog.of(ErrorResponses.class)) {
      CompletableFuture<Answer> answer =
          server.send(request("/v1/models", "unlucky").GET().build());
      service.expect(SamplingService.GetModels.class).replyTo().tell(BROKEN);
      assertThat(answer.join().status()).isEqualTo(500);

      assertThat(log.lines()).anyMatch(line -> "unlucky".equals(line.get("request_id")));
    }
  }

  @Test
  void neitherKeysNorPromptsAppearInLogsOrMetrics() {
    String prompt = "a-prompt-that-nobody-may-see";
    try (CapturedLog log = CapturedLog.ofEverything()) {
      CompletableFuture<Answer> answer =
          server.send(
              request("/v1/images/generations", "r")
                  .POST(json("{\"prompt\": \"" + prompt + "\"}"))
                  .build());
      ServiceProbe.complete(service.expectGenerate());
      assertThat(answer.join().status()).isEqualTo(200);
      try (RawConnection client = server.connect()) {
        client.send("GET /v1/x HTTP/1.1\nHost: x\nAuthorization: Bearer " + KEY + "2\n\n");
        assertThat(client.receive().status()).isEqualTo(401);
      }
      try (RawConnection client = server.connect()) {
        client.send("GET /v1/x HTTP/1.1\nAuthorization: Bearer " + KEY + "\n: broken\n\n");
        assertThat(client.receive().status()).isEqualTo(400);
      }
      CompletableFuture<Answer> broken = server.send(request("/v1/models", "s").GET().build());
      service.expect(SamplingService.GetModels.class).replyTo().tell(BROKEN);
      broken.join();

      assertThat(log.text()).contains("answered").doesNotContain(KEY).doesNotContain(prompt);
      assertThat(server.meters().scrape())
          .contains("route=\"/v1/images/generations\"")
          .doesNotContain(KEY)
          .doesNotContain(prompt);
    }
  }

  private HttpRequest.Builder request(String path, String id) {
    return HttpRequest.newBuilder(server.uri(path))
        .header("Authorization", "Bearer " + KEY)
        .header("X-Request-Id", id)
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.BodyPublisher json(String body) {
    return BodyPublishers.ofString(body);
  }

  private static Map<String, String> onlyLine(CapturedLog log) {
    List<Map<String, String>> lines = log.lines();
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }
}
