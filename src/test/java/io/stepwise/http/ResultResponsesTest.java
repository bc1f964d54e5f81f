package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.junit.jupiter.api.Test;

class ResultResponsesTest {

  private static final Duration LATER = Duration.ofMillis(1200);

  @Test
  void finishedImagesAreAnsweredWithWhatMadeThem() {
    GenerationResult result =
        new GenerationResult.Completed(
            "a-1",
            "toy",
            "abc",
            List.of(
                new GeneratedImage(0, 7, new byte[] {1, 2}), new GeneratedImage(2, 7, new byte[3])),
            List.of(new FailedImage(1, "no memory")),
            new Usage(Duration.ofMillis(3), Duration.ofMillis(40), 150, Duration.ofMillis(50)));
    Answer answer = answer(result);
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("created").asLong()).isPositive();
    assertThat(json.path("data").toString())
        .isEqualTo(
            "[{\"index\":0,\"seed\":7,\"b64_json\":\"AQI=\"},"
                + "{\"index\":2,\"seed\":7,\"b64_json\":\"AAAA\"}]");
    assertThat(json.path("failures").toString())
        .isEqualTo("[{\"index\":1,\"reason\":\"no memory\"}]");
    assertThat(json.path("usage").toString())
        .isEqualTo("{\"queue_ms\":3,\"run_ms\":40,\"steps\":150,\"predicted_ms\":50}");
    assertThat(json.path("id").asText()).isEqualTo("a-1");
    assertThat(json.path("model").asText()).isEqualTo("toy");
    assertThat(json.path("snapshot").asText()).isEqualTo("abc");
    assertThat(json.path("size").asText()).isEqualTo("3x2");
    assertThat(json.path("output_format").asText()).isEqualTo("png");
  }

  @Test
  void failuresAndPredictionAreLeftOutWhereThereAreNone() {
    assertThat(answer(ServiceProbe.completed("a-1")).json().has("failures")).isFalse();
    assertThat(answer(ServiceProbe.completed("a-1")).json().path("usage").has("predicted_ms"))
        .isFalse();
  }

  @Test
  void invalidFieldIsAnswered400() {
    Answer answer = answer(new GenerationResult.Invalid("a-1", "steps", "steps: 0 (expected: 1)"));
    assertError(answer, 400, "invalid_request_error", "invalid_value", "steps");
    assertThat(answer.message()).isEqualTo("steps: 0 (expected: 1)");
  }

  @Test
  void unknownModelIsAnswered404() {
    Answer answer = answer(new GenerationResult.Invalid("a-1", "model", "model: \"x\""));
    assertError(answer, 404, "invalid_request_error", "model_not_found", "model");
  }

  @Test
  void fullQueueIsAnswered429WithTheTimeRoundedUp() {
    Answer answer = refused(RefusalReason.QUEUE_FULL);
    assertError(answer, 429, "rate_limit_error", "queue_full", null);
    assertThat(answer.header("Retry-After")).contains("2");
  }

  @Test
  void deadlineThatCannotBeMetIsAnswered429WithTheField() {
    Answer answer = refused(RefusalReason.DEADLINE_UNREACHABLE);
    assertError(answer, 429, "rate_limit_error", "deadline_unreachable", "deadline_ms");
    assertThat(answer.header("Retry-After")).contains("2");
  }

  @Test
  void drainingServiceIsAnswered503() {
    Answer answer = refused(RefusalReason.DRAINING);
    assertError(answer, 503, "server_error", "draining", null);
    assertThat(answer.header("Retry-After")).contains("2");
  }

  @Test
  void modelWithoutReplicasIsAnswered503() {
    Answer answer = refused(RefusalReason.MODEL_UNAVAILABLE);
    assertError(answer, 503, "server_error", "model_unavailable", null);
    assertThat(answer.header("Retry-After")).contains("2");
  }

  @Test
  void idInUseIsAnswered409ThatIsNotToBeRepeated() {
    Answer answer = refused(RefusalReason.DUPLICATE_ID);
    assertError(answer, 409, "invalid_request_error", "duplicate_id", "id");
    assertThat(answer.header("X-Should-Retry")).contains("false");
    assertThat(answer.header("Retry-After")).isEmpty();
  }

  @Test
  void generationWithoutAnImageIsAnswered503() {
    Answer answer = answer(new GenerationResult.Failed("a-1", "the router failed"));
    assertError(answer, 503, "server_error", "generation_failed", null);
    assertThat(answer.message()).isEqualTo("no image could be made: the router failed");
    assertThat(answer.header("Retry-After")).contains("1");
  }

  @Test
  void cancelledGenerationIsAnswered409ThatIsNotToBeRepeated() {
    Answer answer = answer(new GenerationResult.Cancelled("a-1"));
    assertError(answer, 409, "invalid_request_error", "cancelled", null);
    assertThat(answer.header("X-Should-Retry")).contains("false");
  }

  @Test
  void missedDeadlineIsAnswered504ThatIsNotToBeRepeated() {
    Answer answer = answer(new GenerationResult.DeadlineExceeded("a-1", Duration.ofMillis(250)));
    assertError(answer, 504, "server_error", "deadline_exceeded", "deadline_ms");
    assertThat(answer.message()).startsWith("deadline_ms: 250 ");
    assertThat(answer.header("X-Should-Retry")).contains("false");
  }

  private static Answer refused(RefusalReason reason) {
    return answer(new GenerationResult.Refused("a-1", reason, "not now", LATER));
  }

  private static void assertError(
      Answer answer, int status, String type, String code, String param) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.error().path("type").asText()).isEqualTo(type);
    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.error().path("param").textValue()).isEqualTo(param);
    assertThat(answer.message()).isNotBlank();
  }

  private static Answer answer(GenerationResult result) {
    HttpResponse response =
        ResultResponses.of(result, List.of(TestServer.model("other"), TestServer.TOY));
    Map<String, List<String>> headers = new HashMap<>();
    for (HttpHeader header : response.getHeaders()) {
      headers.put(header.name(), List.of(header.value()));
    }
    byte[] body = ((HttpEntity.Strict) response.entity()).getData().toArray();
    Answer answer = new Answer(response.status().intValue(), headers, body);
    assertThat(answer.header("X-Request-Id")).contains("a-1");
    return answer;
  }
}
