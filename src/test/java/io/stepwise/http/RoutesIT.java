package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.CancelOutcome;
import io.stepwise.sampling.GenerationStatus;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Readiness;
import io.stepwise.sampling.SamplingService;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoutesIT {

  private final ActorTestKit kit = ActorTestKit.create();
  private final ServiceProbe service = new ServiceProbe(kit);
  private final TestServer server = TestServer.start(kit.system(), service.ref());

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void modelsAreListedWithWhatTheyCanDo() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/models", "");
    tellModels();
    assertThat(answer.join().status()).isEqualTo(200);
    assertThat(answer.join().json().path("object").asText()).isEqualTo("list");
    assertThat(answer.join().json().path("data")).hasSize(2);
    assertThat(answer.join().json().at("/data/1/id").asText()).isEqualTo("other");
    assertThat(
            answer
                .join()
                .json()
                .at("/data/0")
                .toString()
                .replaceAll("\"created\":[1-9][0-9]+,", ""))
        .isEqualTo(
            "{\"id\":\"toy\",\"object\":\"model\",\"owned_by\":\"stepwise\","
                + "\"snapshot\":\"digest of toy\",\"labels\":[\"sneaker\",\"bag\",\"ankle boot\"],"
                + "\"none_label\":true,\"size\":\"3x2\",\"channels\":1,"
                + "\"solvers\":[\"ddpm\",\"ddim\"],\"default_solver\":\"ddpm\",\"max_steps\":1000,"
                + "\"max_images\":8,\"ready\":true}");
  }

  @Test
  void oneModelIsFoundByItsName() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/models/other", "");
    tellModels();
    assertThat(answer.join().json().path("id").asText()).isEqualTo("other");
  }

  @Test
  void unknownModelIsAnswered404WithTheServedOnes() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/models/gpt%2Fimage", "");
    tellModels();
    assertThat(answer.join().status()).isEqualTo(404);
    assertThat(answer.join().code()).isEqualTo("model_not_found");
    assertThat(answer.join().message())
        .isEqualTo("model: \"gpt/image\" (expected: one of toy, other)");
  }

  @Test
  void generationIsToldWithItsProgress() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/generations/a-1", "");
    GenerationStatus status =
        new GenerationStatus("a-1", "toy", GenerationStatus.State.RUNNING, 4, 1, 50, 200);
    service.expect(SamplingService.GetGeneration.class).replyTo().tell(Optional.of(status));
    assertThat(answer.join().json().toString())
        .isEqualTo(
            "{\"id\":\"a-1\",\"object\":\"generation\",\"model\":\"toy\",\"state\":\"running\","
                + "\"n\":4,\"images_finished\":1,\"steps_taken\":50,\"steps_total\":200,"
                + "\"progress\":0.25}");
  }

  @Test
  void unknownGenerationIsAnswered404() {
    CompletableFuture<Answer> answer = server.send("GET", "/v1/generations/a-2", "");
    service.expect(SamplingService.GetGeneration.class).replyTo().tell(Optional.empty());
    assertThat(answer.join().status()).isEqualTo(404);
    assertThat(answer.join().code()).isEqualTo("generation_not_found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "DELETE"})
  void idThatCannotBeIsAnswered404WithoutAsking(String method) {
    Answer answer = server.send(method, "/v1/generations/a%0D%0Ab", "").join();
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error().path("param").asText()).isEqualTo("id");
  }

  @ParameterizedTest
  @CsvSource({
    "CANCELLED,     200, ",
    "ALREADY_ENDED, 409, already_ended",
    "UNKNOWN,       404, generation_not_found"
  })
  void deleteTellsWhatItFound(CancelOutcome outcome, int status, String code) {
    CompletableFuture<Answer> answer = server.send("DELETE", "/v1/generations/a-3", "");
    SamplingService.Cancel cancel = service.expect(SamplingService.Cancel.class);
    cancel.replyTo().tell(outcome);
    assertThat(cancel.id()).isEqualTo("a-3");
    assertThat(answer.join().status()).isEqualTo(status);
    if (code == null) {
      assertThat(answer.join().json().toString())
          .isEqualTo("{\"id\":\"a-3\",\"object\":\"generation\",\"state\":\"cancelled\"}");
    } else {
      assertThat(answer.join().code()).isEqualTo(code);
    }
  }

  @Test
  void processThatAnswersIsLive() {
    assertThat(server.get("/v2/health/live").json().toString()).isEqualTo("{\"live\":true}");
  }

  @Test
  void readinessTellsWhatEachReplicaDoes() {
    CompletableFuture<Answer> ready = server.send("GET", "/v2/health/ready", "");
    tellReadiness(ModelReadiness.State.READY, "");
    assertThat(ready.join().status()).isEqualTo(200);

    CompletableFuture<Answer> unready = server.send("GET", "/v2/health/ready", "");
    tellReadiness(ModelReadiness.State.CANNOT_START, "no weights");
    assertThat(unready.join().status()).isEqualTo(503);
    assertThat(unready.join().json().toString())
        .isEqualTo(
            "{\"ready\":false,\"draining\":false,\"models\":[{\"name\":\"toy\",\"ready\":false,"
                + "\"replicas\":[{\"slot\":0,\"state\":\"cannot_start\","
                + "\"detail\":\"no weights\"}]}]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1", "/v1/modelz", "/v1/models/", "/v1/models/a/b", "//"})
  void unknownPathIsAnswered404(String path) {
    Answer answer = server.get(path);
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.code()).isEqualTo("not_found");
    assertThat(answer.message()).startsWith("path: " + path + " (");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET   | /v1/images/generations | OPTIONS, POST",
        "HEAD  | /v1/images/generations | OPTIONS, POST",
        "PUT   | /v1/models             | GET, HEAD, OPTIONS",
        "TRACE | /v1/models/toy         | GET, HEAD, OPTIONS",
        "POST  | /v1/generations/a-1    | DELETE, GET, HEAD, OPTIONS",
        "PATCH | /openapi.json          | GET, HEAD, OPTIONS",
      })
  void otherMethodIsAnswered405WithTheAllowedOnes(String method, String path, String allowed) {
    Answer answer = server.send(method, path, "").join();
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("Allow")).contains(allowed);
    if (!method.equals("HEAD")) {
      assertThat(answer.message()).isEqualTo("method: " + method + " (expected: " + allowed + ")");
    }
  }

  @Test
  void optionsAreTheAllowedMethods() {
    Answer answer = server.send("OPTIONS", "/v1/images/generations", "").join();
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Allow")).contains("OPTIONS, POST");
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void headIsGetWithoutTheBody() {
    Answer answer = server.send("HEAD", "/v2/health/live", "").join();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).contains("13");
    assertThat(answer.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type     | text/plain       | text/plain",
        "Content-Type     | application/x-www-form-urlencoded | application/x-www-form-urlencoded",
        "Content-Encoding | gzip             | gzip",
      })
  void bodyThatIsNotSaidToBeJsonIsAnswered415(String header, String value, String shown) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri("/v1/images/generations"))
            .header(header, value)
            .POST(BodyPublishers.ofString("{}"));
    Answer answer = server.send(request.build()).join();
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.message()).startsWith(header + ": " + shown);
  }

  @Test
  void bodyOfNoStatedTypeIsAnswered415() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/images/generations"))
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(server.send(request).join().message())
        .isEqualTo("Content-Type: application/octet-stream (expected: application/json)");
  }

  @Test
  void charsetOfJsonMayBeStated() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/v1/images/generations"))
            .header("Content-Type", "application/json; charset=utf-8")
            .POST(BodyPublishers.ofString("{\"id\": \"b\"}"))
            .build();
    CompletableFuture<Answer> answer = server.send(request);
    ServiceProbe.complete(service.expectGenerate());
    assertThat(answer.join().status()).isEqualTo(200);
  }

  @Test
  void serviceThatIsGoneIsAnswered503() {
    ServiceProbe gone = new ServiceProbe(kit);
    try (TestServer lonely = TestServer.start(kit.system(), gone.ref())) {
      gone.stop();
      Answer answer = lonely.post("{}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.code()).isEqualTo("no_answer");
    }
  }

  private void tellModels() {
    service
        .expect(SamplingService.GetModels.class)
        .replyTo()
        .tell(List.of(TestServer.TOY, TestServer.model("other")));
  }

  private void tellReadiness(ModelReadiness.State state, String detail) {
    ModelReadiness toy =
        new ModelReadiness("toy", List.of(new ModelReadiness.Replica(0, state, detail)));
    service
        .expect(SamplingService.GetReadiness.class)
        .replyTo()
        .tell(new Readiness(false, List.of(toy)));
  }
}
