package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import io.stepwise.sampling.SamplingService;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The description of the API beside the answers of a server. */
class OpenApiIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String INFER =
      "{\"inputs\": [{\"name\": \"seed\", \"datatype\": \"INT64\", \"shape\": [2], \"data\": [1,"
          + " 2]}]}";

  /** What a field needs beside it, where that is not what the others do. */
  private static final Map<String, String> BESIDE =
      Map.of(
          "prompt", "\"steps\": 1, ",
          "steps", "\"prompt\": \"bag\", ",
          "solver", "",
          "partial_images", "\"stream\": true, ");

  private static final String ACTIVATE = "/v1/models/{model}/snapshots/{snapshot}:activate";

  private final Gate gate = new Gate();
  private final ActorRef<SamplingService.Command> service = ToyService.spawn(KIT, gate);
  private final TestServer server = TestServer.start(KIT.system(), service);
  private final OpenApiDocument document =
      OpenApiDocument.parse(server.get("/openapi.json").body());

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
  void everyPathHasTheMethodsThatAreDescribed() {
    for (Map.Entry<String, JsonNode> path : document.root().path("paths").properties()) {
      Set<String> described =
          path.getValue().properties().stream()
              .map(method -> method.getKey().toUpperCase(Locale.ROOT))
              .collect(Collectors.toCollection(TreeSet::new));
      Answer options = server.send("OPTIONS", concrete(path.getKey()), "").join();
      assertThat(options.status()).as(path.getKey()).isEqualTo(204);
      Set<String> allowed = new TreeSet<>(List.of(options.header("Allow").orElse("").split(", ")));
      allowed.removeAll(Set.of("OPTIONS", "HEAD"));
      assertThat(allowed).as(path.getKey()).isEqualTo(described);
    }
  }

  @Test
  void answersAreAsDescribed() {
    check("POST", "/v1/images/generations", "{\"n\": 2, \"steps\": 2, \"id\": \"known\"}", 200);
    check("POST", "/v1/images/generations", "{\"steps\": 0}", 400);
    check("POST", "/v1/images/generations", "{\"stepz\": 1}", 400);
    check("POST", "/v1/images/generations", "{\"model\": \"none\"}", 404);
    check("GET", "/v1/generations/{id}", "", 200);
    check("DELETE", "/v1/generations/{id}", "", 409);
    check("GET", "/v1/fleet", "", 200);
    check("GET", "/v1/stream", "", 426);
    check("GET", "/v1/models", "", 200);
    check("GET", "/v1/models/{model}", "", 200);
    check("GET", "/v1/models/{model}/snapshots", "", 200);
    check("POST", ACTIVATE, "", 200);
    check("POST", ACTIVATE, "{\"canary\": 0.5}", 200);
    check("POST", ACTIVATE, "{\"canary\": 1}", 400);
    check("POST", ACTIVATE, "{\"kanary\": 1}", 400);
    check("GET", "/openapi.json", "", 200);
    check("GET", "/v2/health/live", "", 200);
    check("GET", "/v2/health/ready", "", 200);
    check("GET", "/v2", "", 200);
    for (String version : List.of("", "/versions/{version}")) {
      check("GET", "/v2/models/{model}" + version, "", 200);
      check("GET", "/v2/models/{model}" + version + "/ready", "", 200);
      check("POST", "/v2/models/{model}" + version + "/infer", INFER, 200);
      check("POST", "/v2/models/{model}" + version + "/infer", "{}", 400);
    }
  }

  @Test
  void answersToWhatIsUnknownAreAsDescribed() {
    for (String path :
        document.root().path("paths").properties().stream().map(Map.Entry::getKey).toList()) {
      if (path.contains("{")) {
        String unknown = path.replaceAll("\\{[^}]*}", "unknown");
        String method = document.root().path("paths").path(path).has("get") ? "GET" : "POST";
        Answer answer = server.send(method, unknown, INFER).join();
        assertThat(answer.status()).as(path).isEqualTo(404);
        document.check(method, path, answer);
      }
    }
  }

  @Test
  void answersOfAFullOrLateServiceAreAsDescribed() {
    gate.shut();
    List<CompletableFuture<Answer>> accepted = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      accepted.add(
          server.postLater("{\"n\": 8, \"deadline_ms\": 10000, \"id\": \"full-" + i + "\"}"));
    }
    gate.awaitStep();
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(server.unfinishedImages()).isEqualTo(ToyService.MOST_UNFINISHED);
              return gate;
            });
    check("POST", "/v1/images/generations", "{}", 429);
    check("POST", "/v2/models/{model}/infer", INFER, 429);
    for (CompletableFuture<Answer> late : accepted) {
      assertThat(late.join().status()).isEqualTo(504);
      document.check("POST", "/v1/images/generations", late.join());
    }
  }

  @Test
  void valuesAreTakenAndRefusedAsDescribed() {
    document
        .schema("GenerationRequest")
        .path("properties")
        .properties()
        .forEach(field -> checkValues(field.getKey(), field.getValue()));
  }

  @Test
  void defaultsAreAsDescribed() {
    String request = "\"seed\": 7, \"steps\": 3, \"prompt\": \"bag\"";
    byte[] expected = png("{" + request + "}");
    document
        .schema("GenerationRequest")
        .path("properties")
        .properties()
        .forEach(
            field -> {
              JsonNode value = field.getValue().path("default");
              if (!value.isMissingNode() && !field.getKey().equals("prompt")) {
                assertThat(png("{" + request + ", \"" + field.getKey() + "\": " + value + "}"))
                    .as(field.getKey())
                    .isEqualTo(expected);
              }
            });
    assertThat(png("{\"seed\": 7, \"prompt\": \"\"}")).isEqualTo(png("{\"seed\": 7}"));
  }

  private void checkValues(String field, JsonNode schema) {
    List<String> values = new ArrayList<>(List.of("null", "true", "[]", "{}", "1.5", "\"?\"", "7"));
    for (String bound : List.of("minimum", "maximum")) {
      if (schema.has(bound)) {
        long limit = schema.path(bound).asLong();
        values.add(Long.toString(limit));
        if (limit != Long.MIN_VALUE && limit != Long.MAX_VALUE) {
          values.add(Long.toString(limit - 1));
          values.add(Long.toString(limit + 1));
        }
      }
    }
    schema.path("enum").forEach(value -> values.add(value.toString()));
    if (schema.has("default")) {
      values.add(schema.path("default").toString());
    }
    for (String value : values) {
      boolean isFree = schema.path("type").path(0).asText().equals("string") && !schema.has("enum");
      if (isFree && value.equals("\"?\"")) {
        continue; // what a string may be depends on the model
      }
      String beside =
          BESIDE.getOrDefault(field, "\"steps\": 1, \"solver\": \"ddim\", \"prompt\": \"bag\", ");
      String body = "{" + beside + "\"" + field + "\": " + value + "}";
      boolean isDescribed = document.errorsOf("GenerationRequest", body).isEmpty();
      assertThat(server.post(body).status() != 400).as(body).isEqualTo(isDescribed);
    }
  }

  private void check(String method, String path, String body, int status) {
    Answer answer = server.send(method, concrete(path), body).join();
    assertThat(answer.status()).as(method + " " + path).isEqualTo(status);
    document.check(method, path, answer);
  }

  private static String concrete(String path) {
    return path.replace("{id}", "known")
        .replace("{file}", "wire/png.js")
        .replace("{model}", "toy")
        .replace("{snapshot}", "digest%20of%20toy")
        .replace("{version}", "digest%20of%20toy");
  }

  private byte[] png(String request) {
    JsonNode image = server.post(request).json().at("/data/0/b64_json");
    assertThat(image.getNodeType()).as(request).isEqualTo(JsonNodeType.STRING);
    return Base64.getDecoder().decode(image.asText());
  }
}
