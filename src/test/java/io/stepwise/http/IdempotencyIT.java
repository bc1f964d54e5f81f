package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.StepInput;
import io.stepwise.sampling.SamplingService;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are sent again under the same key. */
class IdempotencyIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String REQUEST = "{\"prompt\": \"bag\", \"n\": 2, \"steps\": 5}";
  private static final int STEPS = 10;

  private final AtomicInteger stepsTaken = new AtomicInteger();
  private final Gate gate = new Gate();
  private final ActorRef<SamplingService.Command> service = ToyService.spawn(KIT, this::before);
  private final TestServer server = TestServer.start(KIT.system(), service);

  @AfterEach
  void stopServer() {
    gate.open();
    server.close();
    KIT.stop(service);
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void retryGetsTheSameImagesWithoutAnotherStep() {
    Answer first = post("key", REQUEST).join();
    Answer retry = post("key", REQUEST).join();
    assertThat(first.status()).isEqualTo(200);
    assertThat(retry.status()).isEqualTo(200);
    assertThat(retry.json().path("data")).isEqualTo(first.json().path("data"));
    assertThat(stepsTaken).hasValue(STEPS);
  }

  @Test
  void twoAtTheSameTimeShareOneGeneration() {
    gate.shut();
    CompletableFuture<Answer> first = post("key", REQUEST);
    CompletableFuture<Answer> second = post("key", REQUEST);
    gate.awaitStep();
    gate.open();
    assertThat(second.join().status()).isEqualTo(200);
    assertThat(second.join().json().path("data")).isEqualTo(first.join().json().path("data"));
    assertThat(stepsTaken).hasValue(STEPS);
  }

  @Test
  void retryAfterABrokenConnectionFindsWhatWasBegun() {
    gate.shut();
    try (RawConnection connection = server.connect()) {
      connection.send(
          "POST /v1/images/generations HTTP/1.1\nHost: x\nIdempotency-Key: key\n"
              + "Content-Type: application/json\nContent-Length: "
              + REQUEST.length()
              + "\n\n"
              + REQUEST);
      gate.awaitStep();
      connection.reset();
    }
    CompletableFuture<Answer> retry = post("key", REQUEST);
    gate.open();
    assertThat(retry.join().status()).isEqualTo(200);
    assertThat(post("key", REQUEST).join().json().path("data"))
        .isEqualTo(retry.join().json().path("data"));
    assertThat(stepsTaken).hasValue(STEPS);
  }

  @Test
  void otherClientsAreToldWhenTheFirstGoes() {
    gate.shut();
    CompletableFuture<Answer> second;
    try (RawConnection connection = server.connect()) {
      connection.send(
          "POST /v1/images/generations HTTP/1.1\nHost: x\nIdempotency-Key: key\n"
              + "Content-Type: application/json\nContent-Length: "
              + REQUEST.length()
              + "\n\n"
              + REQUEST);
      gate.awaitStep();
      second = post("key", REQUEST);
      connection.reset();
    }
    gate.open();
    assertThat(second.join().status()).isEqualTo(200);
    assertThat(stepsTaken).hasValue(STEPS);
  }

  @Test
  void anotherRequestUnderTheKeyIsAnswered422() {
    assertThat(post("key", REQUEST).join().status()).isEqualTo(200);
    Answer other = post("key", "{\"prompt\": \"sneaker\"}").join();
    assertThat(other.status()).isEqualTo(422);
    assertThat(other.code()).isEqualTo("idempotency_conflict");
    assertThat(other.error().path("param").asText()).isEqualTo("Idempotency-Key");
    assertThat(post("other", "{\"prompt\": \"sneaker\"}").join().status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\u00e9", ""})
  void keyThatCannotBeIsAnswered400(String key) {
    Answer answer = rawPost("Idempotency-Key: " + key + "\n");
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void keyOfTheLongestLengthIsTakenAndOneBeyondIsNot() {
    assertThat(post("k".repeat(255), REQUEST).join().status()).isEqualTo(200);
    Answer tooLong = post("k".repeat(256), REQUEST).join();
    assertThat(tooLong.status()).isEqualTo(400);
    assertThat(tooLong.message()).endsWith("(expected: 1 to 255 visible ASCII characters)");
  }

  @Test
  void twoKeysAreAnswered400() {
    Answer answer = rawPost("Idempotency-Key: a\nIdempotency-Key: b\n");
    assertThat(answer.message()).isEqualTo("Idempotency-Key: 2 keys (expected: one)");
  }

  private Answer rawPost(String header) {
    try (RawConnection connection = server.connect()) {
      return connection
          .send(
              "POST /v1/images/generations HTTP/1.1\nHost: x\n"
                  + header
                  + "Content-Type: application/json\nContent-Length: 2\n\n{}")
          .receive();
    }
  }

  private CompletableFuture<Answer> post(String key, String body) {
    return server.send(
        HttpRequest.newBuilder(server.uri("/v1/images/generations"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private void before(List<StepInput> batch) {
    gate.before(batch);
    stepsTaken.addAndGet(batch.size());
  }
}
