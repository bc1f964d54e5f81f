package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.SamplingService;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiKeysIT {

  private static final String ALICE = "alice-0123456789_abcdefghij-ABCDEFG";
  private static final String BOB = "bob-key";
  private static final String SLOW = "slow-key";

  private final ActorTestKit kit = ActorTestKit.create();
  private final ServiceProbe service = new ServiceProbe(kit);
  private final TestServer server =
      TestServer.start(
          kit.system(),
          service.ref(),
          TestServer.settings(
              "api-keys = [%s, %s, %s]"
                  .formatted(
                      entry("alice", ALICE, "images-in-flight = 4"),
                      entry("bob", BOB, ""),
                      entry("slow", SLOW, "requests-per-minute = 2"))),
          HttpServer.Times.STANDARD);

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void requestWithoutAKeyIsAnswered401() {
    Answer answer = server.get("/v1/models");

    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.code()).isEqualTo("invalid_api_key");
    assertThat(answer.error().path("type").asText()).isEqualTo("invalid_request_error");
    assertThat(answer.message())
        .isEqualTo("Authorization: missing (expected: Bearer and a valid API key)");
    assertThat(answer.header("WWW-Authenticate")).contains("Bearer realm=\"stepwise\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer wrong",
        "Bearer ",
        "Bearer",
        "Basic YWxpY2U6eA==",
        "Token bob-key",
        "bob-key",
        "Bearer bob-key2",
        "Bearer BOB-KEY",
        "Bearer bob-ke\u00ff",
      })
  void anythingButAKnownKeyIsAnswered401(String authorization) {
    try (RawConnection client = server.connect()) {
      client.send("GET /v1/models HTTP/1.1\nHost: x\nAuthorization: " + authorization + "\n\n");
      Answer answer = client.receive();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.code()).isEqualTo("invalid_api_key");
    }
  }

  @Test
  void holderOfAKeyIsTheOwnerOfItsGenerations() {
    CompletableFuture<Answer> answer = post("Bearer " + ALICE);
    SamplingService.Generate order = service.expectGenerate();
    assertThat(order.request().client()).isEqualTo(new Client("alice", "alice", 4));
    ServiceProbe.complete(order);
    assertThat(answer.join().status()).isEqualTo(200);

    CompletableFuture<Answer> other = post("bearer  " + BOB);
    SamplingService.Generate next = service.expectGenerate();
    assertThat(next.request().client()).isEqualTo(new Client("bob", "bob"));
    ServiceProbe.complete(next);
    assertThat(other.join().status()).isEqualTo(200);
  }

  @Test
  void keyMayComeAsASubprotocol() {
    try (RawConnection client = server.connect()) {
      client.send(
          "GET /v1/models HTTP/1.1\nHost: x\nSec-WebSocket-Protocol: stepwise, stepwise.bearer."
              + ALICE
              + "\n\n");
      service.expect(SamplingService.GetModels.class).replyTo().tell(List.of(TestServer.TOY));
      assertThat(client.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void requestsBeyondTheRateAreAnswered429UntilThereIsRoom() {
    assertThat(get("/v1/nothing", SLOW).status()).isEqualTo(404);
    assertThat(get("/v1/nothing", SLOW).status()).isEqualTo(404);

    Answer answer = get("/v1/nothing", SLOW);

    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.code()).isEqualTo("rate_limit_exceeded");
    assertThat(answer.error().path("type").asText()).isEqualTo("rate_limit_error");
    assertThat(answer.message()).isEqualTo("requests: too many (expected: at most 2 a minute)");
    assertThat(Integer.parseInt(answer.header("Retry-After").orElseThrow())).isBetween(1, 30);
    assertThat(get("/v1/nothing", BOB).status()).isEqualTo(404);
  }

  @Test
  void healthIsOpenAndUnknownPathsAreNot() {
    assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
    assertThat(server.get("/somewhere").status()).isEqualTo(401);
    assertThat(get("/somewhere", BOB).status()).isEqualTo(404);
  }

  @Test
  void bodyOfARefusedRequestIsNotKept() {
    try (RawConnection client = server.connect()) {
      client.send(head(900_000)).send(new byte[900_000]);
      assertThat(client.receive().status()).isEqualTo(401);
      client.send("GET /v2/health/live HTTP/1.1\nHost: x\n\n");
      assertThat(client.receive().status()).isEqualTo(200);
    }
  }

  @Test
  void refusedRequestWhoseBodyIsTooLargeEndsItsConnection() {
    try (RawConnection client = server.connect()) {
      client.send(head(50_000_000));
      Answer answer = client.receive();
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.header("Connection")).contains("close");
    }
  }

  @Test
  void bodyThatIsHeldBackIsNotAskedForWithoutAKey() {
    try (RawConnection client = server.connect()) {
      client.send(head(100).replace("\n\n", "\nExpect: 100-continue\n\n"));
      assertThat(client.receive().status()).isEqualTo(401);
      assertThat(client.receivesNothingMore()).isTrue();
    }
  }

  private Answer get(String path, String key) {
    return server
        .send(
            HttpRequest.newBuilder(server.uri(path))
                .header("Authorization", "Bearer " + key)
                .build())
        .join();
  }

  private CompletableFuture<Answer> post(String authorization) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/v1/images/generations"))
            .header("Authorization", authorization)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build());
  }

  private static String head(int length) {
    return """
        POST /v1/images/generations HTTP/1.1
        Host: x
        Content-Type: application/json
        Content-Length: %d

        """
        .formatted(length);
  }

  /** Returns the entry of a key in the settings. */
  static String entry(String name, String key, String limits) {
    try {
      byte[] sha256 =
          MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
      return "{ name = %s, sha256 = %s, %s }"
          .formatted(name, HexFormat.of().formatHex(sha256), limits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
