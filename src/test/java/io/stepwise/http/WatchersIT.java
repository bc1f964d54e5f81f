package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import io.stepwise.sampling.Vitals;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server of a process that takes no requests. */
final class WatchersIT {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final Stated vitals = new Stated();
  private final TestServer server = TestServer.startForWatchers(KIT.system(), vitals, "");

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void processLives() {
    assertThat(server.get("/v2/health/live").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "READY, false, '', 200",
    "STARTING, false, '', 503",
    "READY, true, '', 503",
    "READY, false, the node is not up in its cluster, 503"
  })
  void processIsReadyWhenNothingStandsInTheWayOfWork(
      ModelReadiness.State state, boolean draining, String detail, int status) {
    ModelReadiness.Replica replica = new ModelReadiness.Replica(0, state, "");
    vitals.readiness =
        CompletableFuture.completedFuture(
            new Readiness(draining, detail, List.of(new ModelReadiness("toy", List.of(replica)))));

    Answer answer = server.get("/v2/health/ready");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("ready").asBoolean()).isEqualTo(status == 200);
    assertThat(answer.json().path("detail").asText()).isEqualTo(detail);
    assertThat(answer.json().has("detail")).isEqualTo(!detail.isEmpty());
  }

  @Test
  void processWhoseActorsDoNotAnswerIsNotReady() {
    vitals.readiness = CompletableFuture.failedFuture(new TimeoutException("no answer"));

    Answer answer = server.get("/v2/health/ready");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("error").asText())
        .isEqualTo("the service did not answer in time");
  }

  @Test
  void metricsHaveTheNamesOfAServerButNotTheLimitOfImagesThatAreAdmittedElsewhere() {
    assertThat(new String(server.get("/metrics").body(), StandardCharsets.UTF_8).lines())
        .contains(
            "stepwise_queue_images{model=\"toy\"} 5.0",
            "stepwise_replicas_ready{model=\"toy\"} 1.0",
            "stepwise_snapshot_info{model=\"toy\",snapshot=\"abc\"} 1")
        .noneMatch(line -> line.startsWith("stepwise_unfinished_images"))
        .anyMatch(line -> line.startsWith("stepwise_http_connections "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1/models", "/v1/fleet", "/v1/stream", "/openapi.json", "/page/a"})
  void nothingElseIsThere(String path) {
    Answer answer = server.get(path);

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("not_found");
  }

  @Test
  void metricsAreForTheMachineItselfAndForHoldersOfAKey() {
    String keys = "api-keys = [{ name = alice, sha256 = \"%s\" }]".formatted("ab".repeat(32));
    try (TestServer guarded = TestServer.startForWatchers(KIT.system(), vitals, keys)) {
      assertThat(guarded.get("/metrics").status()).isEqualTo(200);
      assertThat(guarded.get("/v2/health/live").status()).isEqualTo(200);
      assertThat(guarded.get("/v1/models").status()).isEqualTo(401);
    }
  }

  /** Says what it is told to say. */
  private static final class Stated implements Vitals {

    private CompletableFuture<Readiness> readiness = new CompletableFuture<>();

    @Override
    public CompletionStage<Fleet> fleet() {
      Fleet.Model model =
          new Fleet.Model(
              "toy",
              "abc",
              List.of("abc"),
              5,
              4,
              16,
              List.of(new Fleet.Replica(0, ModelReadiness.State.READY, "", 0)));
      return CompletableFuture.completedFuture(new Fleet(false, 9, 0, List.of(model)));
    }

    @Override
    public CompletionStage<Readiness> readiness() {
      return readiness;
    }
  }
}
