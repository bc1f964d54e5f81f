package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.ToyVersions;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SnapshotsIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String SNAPSHOTS = "/v1/models/toy/snapshots";

  private final ToyModel base =
      ToyModel.of(ToyModel.named("toy").description().withDigest("0123456789abcdef"));
  private final ToyVersions versions = new ToyVersions(base);
  private final String second =
      versions.add(1, ToyModel.of(base.description().withDigest("0123456889abcdef")));
  private final ActorRef<SamplingService.Command> service =
      ToyService.spawn(KIT, ServedModel.of(base, 1, 1).versionedIn(versions));
  private final TestServer server = TestServer.start(KIT.system(), service);

  @AfterEach
  void stopServer() {
    server.close();
    KIT.stop(service);
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void versionsAreListedWithTheirMetricsTheNewestFirst() {
    assertThat(new String(server.get(SNAPSHOTS).body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"object\":\"list\",\"model\":\"toy\",\"current\":\"0123456789abcdef\","
                + "\"canary\":null,\"in_use\":[{\"snapshot\":\"0123456789abcdef\",\"images\":0}],"
                + "\"refused\":null,\"data\":["
                + "{\"snapshot\":\"0123456889abcdef\",\"step\":100,\"created\":1,"
                + "\"metrics\":{\"loss\":0.5}},"
                + "{\"snapshot\":\"0123456789abcdef\",\"step\":0,\"created\":0,"
                + "\"metrics\":{\"loss\":1.0}}]}");
  }

  @Test
  void versionThatIsActivatedMakesTheNextImages() {
    Answer answer = server.send("POST", SNAPSHOTS + "/01234568:activate", "").join();

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().path("current").asText()).isEqualTo(second);
    assertThat(server.post("{\"steps\": 2}").json().path("snapshot").asText()).isEqualTo(second);
    assertThat(server.get("/v1/models/toy").json().path("snapshot").asText()).isEqualTo(second);
  }

  @Test
  void canaryIsListedUntilItIsPromoted() {
    String activate = SNAPSHOTS + "/" + second + ":activate";

    Answer trial = server.send("POST", activate, "{\"canary\": 0.25}").join();
    assertThat(trial.json().path("current").asText()).isEqualTo("0123456789abcdef");
    assertThat(trial.json().path("canary").toString())
        .isEqualTo("{\"snapshot\":\"0123456889abcdef\",\"share\":0.25}");
    assertThat(trial.json().path("in_use")).hasSize(2);

    Answer promoted = server.send("POST", activate, "{}").join();
    assertThat(promoted.json().path("canary").isNull()).isTrue();
    assertThat(promoted.json().path("current").asText()).isEqualTo(second);
  }

  @Test
  void whatIsNotThereIsNotFound() {
    for (String version : new String[] {"0123456", "01234567x", "none"}) {
      expectError("POST", SNAPSHOTS + "/" + version + ":activate", "", 404, "snapshot_not_found");
    }
    expectError("GET", "/v1/models/other/snapshots", "", 404, "model_not_found");
    expectError("POST", "/v1/models/other/snapshots/a:activate", "", 404, "model_not_found");
    expectError("POST", SNAPSHOTS + "/" + second, "", 404, "not_found");
    expectError("POST", SNAPSHOTS, "", 405, "method_not_allowed");
    expectError("GET", SNAPSHOTS + "/a:activate", "", 405, "method_not_allowed");
  }

  @Test
  void bodyIsReadStrictly() {
    String activate = SNAPSHOTS + "/" + second + ":activate";
    for (String share : new String[] {"0", "1", "-0.5", "1e999", "\"0.5\"", "true"}) {
      expectError("POST", activate, "{\"canary\": " + share + "}", 400, "invalid_value");
    }
    expectError("POST", activate, "{\"share\": 0.5}", 400, "unknown_parameter");
    expectError("POST", activate, "{\"canary\": 0.5, \"canary\": 0.5}", 400, "duplicate_parameter");
    expectError("POST", activate, "0.5", 400, "invalid_json");
    assertThat(server.get(SNAPSHOTS).json().path("canary").isNull()).isTrue();
  }

  @Test
  void activationWhileAnotherIsUnderWayIsAConflict() {
    Semaphore reading = new Semaphore(0);
    versions.beforeLoading(reading::acquireUninterruptibly);
    String activate = SNAPSHOTS + "/" + second + ":activate";
    CompletableFuture<Answer> first = server.send("POST", activate, "");
    CompletableFuture<Answer> other = server.send("POST", activate, "");

    CompletableFuture.anyOf(first, other).join();
    assertThat(first.isDone() != other.isDone()).as("one waits").isTrue();
    reading.release();

    assertThat(first.thenCombine(other, (a, b) -> a.status() + b.status()).join())
        .isEqualTo(200 + 409);
    Answer refused = first.join().status() == 409 ? first.join() : other.join();
    assertThat(refused.json().at("/error/code").asText()).isEqualTo("snapshot_refused");
  }

  @Test
  void versionThatCannotBeReadIsRefusedAndListedAsSuch() {
    versions.beforeLoading(
        () -> {
          throw new IllegalStateException("unet/weights: torn");
        });

    expectError("POST", SNAPSHOTS + "/" + second + ":activate", "", 409, "snapshot_refused");

    assertThat(server.get(SNAPSHOTS).json().at("/refused/reason").asText())
        .isEqualTo("unet/weights: torn");
  }

  private void expectError(String method, String path, String body, int status, String code) {
    Answer answer = server.send(method, path, body).join();
    assertThat(answer.code()).as(path + " " + body).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(status);
  }
}
