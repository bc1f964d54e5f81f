package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server with the real sampling actors behind it and a toy for a model. */
class SamplingIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final int MOST_IMAGES = 8;
  private static final int MOST_UNFINISHED = 24;

  private final Gate gate = new Gate();
  private final ActorRef<SamplingService.Command> service = service();
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
  void imagesComeBackAsPngsThatDecode() throws IOException {
    Answer answer =
        server.post("{\"prompt\": \"bag\", \"n\": 2, \"seed\": 7, \"steps\": 5, \"id\": \"two\"}");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("X-Request-Id")).contains("two");
    JsonNode json = answer.json();
    assertThat(json.path("id").asText()).isEqualTo("two");
    assertThat(json.path("model").asText()).isEqualTo("toy");
    assertThat(json.path("snapshot").asText()).isEqualTo("digest of toy");
    assertThat(json.at("/usage/steps").asInt()).isEqualTo(10);
    assertThat(json.path("data")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      assertThat(json.at("/data/" + i + "/index").asInt()).isEqualTo(i);
      assertThat(json.at("/data/" + i + "/seed").asLong()).isEqualTo(7);
      byte[] png = png(answer, i);
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      assertThat(image.getWidth() + "x" + image.getHeight())
          .isEqualTo(json.path("size").asText())
          .isEqualTo("3x2");
      assertThat(new String(png, StandardCharsets.ISO_8859_1)).contains("bag\nSteps: 5,");
    }
  }

  @Test
  void sameSeedGivesTheSameImageAlsoAmongOthers() {
    String request = "{\"prompt\": \"sneaker\", \"seed\": 11, \"steps\": 20, \"solver\": \"ddpm\"}";
    byte[] alone = png(server.post(request), 0);
    List<CompletableFuture<Answer>> others = new ArrayList<>();
    for (int i = 1; i <= 20; i++) {
      others.add(server.postLater("{\"steps\": " + i + ", \"seed\": " + i + "}"));
    }
    assertThat(png(server.post(request), 0)).isEqualTo(alone);
    for (int i = 1; i <= 20; i++) {
      Answer other = others.get(i - 1).join();
      assertThat(other.status()).isEqualTo(200);
      assertThat(other.json().at("/data/0/seed").asInt()).isEqualTo(i);
      assertThat(other.json().at("/usage/steps").asInt()).isEqualTo(i);
    }
  }

  @Test
  void deleteCancelsAGenerationThatRuns() {
    gate.shut();
    CompletableFuture<Answer> answer = server.postLater("{\"id\": \"doomed\", \"n\": 3}");
    gate.awaitStep();
    assertThat(server.get("/v1/generations/doomed").json().path("n").asInt()).isEqualTo(3);

    Answer cancelled = server.send("DELETE", "/v1/generations/doomed", "").join();
    assertThat(cancelled.status()).isEqualTo(200);
    assertThat(answer.join().status()).isEqualTo(409);
    assertThat(answer.join().code()).isEqualTo("cancelled");
    assertThat(server.get("/v1/generations/doomed").json().path("state").asText())
        .isEqualTo("cancelled");
    assertThat(server.send("DELETE", "/v1/generations/never", "").join().status()).isEqualTo(404);
  }

  @Test
  void fullQueueIsAnswered429UntilThereIsRoom() {
    gate.shut();
    List<CompletableFuture<Answer>> accepted = new ArrayList<>();
    for (int images = 0; images < MOST_UNFINISHED; images += MOST_IMAGES) {
      accepted.add(server.postLater("{\"n\": 8, \"id\": \"accepted-" + images + "\"}"));
      awaitKnown("accepted-" + images);
    }
    Answer refused = server.post("{}");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.code()).isEqualTo("queue_full");
    assertThat(Integer.parseInt(refused.header("Retry-After").orElseThrow())).isPositive();
    gate.open();
    accepted.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
    assertThat(server.post("{}").status()).isEqualTo(200);
  }

  @Test
  void idOfARunningGenerationIsAnswered409() {
    gate.shut();
    CompletableFuture<Answer> first = server.postLater("{\"id\": \"same\"}");
    gate.awaitStep();
    Answer second = server.post("{\"id\": \"same\"}");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.code()).isEqualTo("duplicate_id");
    gate.open();
    assertThat(first.join().status()).isEqualTo(200);
  }

  @Test
  void missedDeadlineIsAnswered504() {
    gate.shut();
    Answer answer = server.post("{\"deadline_ms\": 50}");
    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.code()).isEqualTo("deadline_exceeded");
  }

  @Test
  void drainingServiceFinishesWhatItAcceptedAndRefusesMore() {
    gate.shut();
    CompletableFuture<Answer> accepted = server.postLater("{\"id\": \"accepted\"}");
    gate.awaitStep();
    CompletableFuture<Done> drained =
        new SamplingClient(service, KIT.system(), Duration.ofMinutes(1))
            .drain()
            .toCompletableFuture();
    Answer refused = server.post("{}");
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.code()).isEqualTo("draining");
    assertThat(refused.header("Retry-After")).isPresent();
    Answer unready = server.get("/v2/health/ready");
    assertThat(unready.status()).isEqualTo(503);
    assertThat(unready.json().path("draining").asBoolean()).isTrue();
    assertThat(drained).isNotDone();
    gate.open();
    assertThat(accepted.join().status()).isEqualTo(200);
    assertThat(drained.join()).isEqualTo(Done.getInstance());
  }

  @Test
  void failureOfEveryImageIsAnswered503AndTheServiceGoesOn() {
    gate.failNextSteps(3);
    Answer answer = server.post("{\"steps\": 2}");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.code()).isEqualTo("generation_failed");
    assertThat(server.post("{\"steps\": 2}").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "steps       | 0            | 1 to 1000",
        "steps       | -1           | 1 to 1000",
        "steps       | 1000000000   | 1 to 1000",
        "n           | 0            | 1 to 8",
        "n           | 1000         | 1 to 8",
        "n           | -2147483648  | 1 to 8",
        "prompt      | \"trousers\" | one of sneaker, bag, ankle boot, class:0 to class:2, or \"\""
            + " for none",
        "prompt      | \"class:3\"  | one of sneaker, bag, ankle boot, class:0 to class:2, or \"\""
            + " for none",
        "prompt      | \"\\u0000\"  | one of sneaker, bag, ankle boot, class:0 to class:2, or \"\""
            + " for none",
        "solver      | \"edm-heun\" | one of ddpm, ddim, pndm, dpmpp, unipc, euler,"
            + " euler-ancestral, heun, lcm, renoising",
        "size        | \"1024x1024\"| 3x2",
        "guidance    | -1           | 0 to 20.0",
        "guidance    | 1e300        | 0 to 20.0",
        "guidance    | 3            | 1 where the prompt names no label",
        "eta         | -0.5         | a number of 0 or more",
        "deadline_ms | 0            | 1 to 60000",
        "deadline_ms | -9223372036854775808 | 1 to 60000",
        "deadline_ms | 9223372036854775807  | 1 to 60000",
        "priority    | 11           | -10 to 10",
      })
  void whatTheModelCannotDoIsAnswered400(String field, String value, String expectation) {
    Answer answer = server.post("{\"" + field + "\": " + value + ", \"id\": \"bad\"}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error().path("param").asText()).isEqualTo(field);
    assertThat(answer.message())
        .startsWith(field + ": ")
        .endsWith("(expected: " + expectation + ")");
    assertThat(answer.header("X-Request-Id")).contains("bad");
    assertThat(server.post("{\"steps\": 1}").status()).isEqualTo(200);
  }

  @Test
  void unknownModelIsAnswered404WithTheServedOnes() {
    Answer answer = server.post("{\"model\": \"dall-e-3\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.message()).isEqualTo("model: \"dall-e-3\" (expected: one of toy)");
    assertThat(server.post("{\"steps\": 1, \"model\": \"toy\"}").status()).isEqualTo(200);
  }

  private void awaitKnown(String id) {
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(server.get("/v1/generations/" + id).status()).isEqualTo(200);
              return Done.getInstance();
            });
  }

  private ActorRef<SamplingService.Command> service() {
    SamplingOptions options =
        new SamplingOptions(
            new SamplingOptions.Requests(
                MOST_IMAGES, 1000, 10, Duration.ofSeconds(20), Duration.ofMinutes(1)),
            new SamplingOptions.Replicas(
                16, 2, 3, Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofSeconds(1), 1),
            "fifo",
            MOST_UNFINISHED,
            2);
    ServedModel model = ServedModel.of(ToyModel.named("toy").disturbedBy(gate), 1, 1);
    return KIT.spawn(SamplingService.create(List.of(model), options, ImageEncoder.png()));
  }

  private static byte[] png(Answer answer, int index) {
    return Base64.getDecoder().decode(answer.json().at("/data/" + index + "/b64_json").asText());
  }
}
