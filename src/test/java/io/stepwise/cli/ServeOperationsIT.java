package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The program as operators run it: with keys, JSON logs and metrics. */
final class ServeOperationsIT {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What libtorch itself writes to the error stream on some processors. */
  private static final Pattern NATIVE = Pattern.compile("^\\[W\\d+ ");

  @Test
  void holderOfAKeyIsServedAndLogsAndMetricsTellItWithoutTheKey()
      throws IOException, InterruptedException {
    JsonNode made = JSON.readTree(CommandResult.of("keys", "create", "alice", "--json").out());
    String key = made.path("key").asText();
    Map<String, String> variables =
        Map.of(
            "STEPWISE_LOG_FORMAT",
            "json",
            "STEPWISE_HTTP_API_KEYS",
            "[" + made.path("settings").asText() + "]");
    try (ServerProcess server = ServerProcess.start(List.of(), variables)) {
      server.awaitReady();
      assertThat(server.get("/v1/models").statusCode()).isEqualTo(401);
      HttpResponse<String> answer = generate(server, key);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(answer.headers().firstValue("X-Request-Id")).contains("request-7");
      String metrics = server.get("/metrics").body();
      server.terminate();
      assertThat(server.awaitExit()).isTrue();

      assertThat(metrics.lines())
          .contains(
              "stepwise_images_total{model=\"fashion-mnist\",outcome=\"finished\"} 2.0",
              "stepwise_image_steps_total{model=\"fashion-mnist\"} 10.0",
              "stepwise_generations_total{model=\"fashion-mnist\",state=\"completed\"} 1.0",
              "stepwise_refusals_total{reason=\"invalid_api_key\"} 1.0",
              "stepwise_replicas_ready{model=\"fashion-mnist\"} 1.0")
          .anyMatch(line -> line.startsWith("stepwise_snapshot_info{model=\"fashion-mnist\""))
          .anyMatch(line -> line.matches("stepwise_native_memory_bytes [1-9].*"));
      assertThat(metrics).doesNotContain(key);
      assertThat(server.log())
          .filteredOn(line -> !NATIVE.matcher(line).find())
          .hasSizeGreaterThan(3)
          .allSatisfy(ServeOperationsIT::isJson);
      assertThat(String.join("\n", server.log()))
          .doesNotContain(key)
          .contains("\"request_id\":\"request-7\"")
          .contains("\"client\":\"alice\"")
          .contains("\"route\":\"/v1/images/generations\"");
    }
  }

  @Test
  void otherMachinesAreNotServedWithoutKeys() throws IOException, InterruptedException {
    try (ServerProcess server = ServerProcess.start(List.of("--host", "0.0.0.0"))) {
      assertThat(server.awaitExit()).isTrue();
      assertThat(server.log())
          .singleElement()
          .asString()
          .contains(
              "stepwise.http.host: \"0.0.0.0\" (expected: a loopback address such as 127.0.0.1,"
                  + " or http.api-keys, or http.allow-anonymous = true)");
    }
  }

  @Test
  void formatOfLogsThatThereIsNotIsNamed() throws IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.start(List.of(), Map.of("STEPWISE_LOG_FORMAT", "xml"))) {
      assertThat(server.awaitExit()).isTrue();
      assertThat(server.log())
          .anyMatch(line -> line.endsWith("STEPWISE_LOG_FORMAT: xml (expected: text or json)"));
    }
  }

  private static HttpResponse<String> generate(ServerProcess server, String key)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(server.uri("/v1/images/generations"))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + key)
                .header("X-Request-Id", "request-7")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"prompt\": \"bag\", \"n\": 2, \"steps\": 5, \"solver\": \"ddim\"}"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static void isJson(String line) {
    try {
      JsonNode fields = JSON.readTree(line);
      assertThat(fields.path("time").asText()).as(line).isNotEmpty();
      assertThat(fields.path("level").asText()).as(line).isNotEmpty();
      assertThat(fields.path("message").asText()).as(line).isNotEmpty();
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + line, e);
    }
  }
}
