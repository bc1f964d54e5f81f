package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.sampling.SamplingService;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
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
import org.junit.jupiter.params.provider.ValueSource;

/** The Open Inference Protocol with the real sampling actors behind it. */
class InferenceIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final String DIGEST = "digest%20of%20toy";

  private final Gate gate = new Gate();
  private final ActorRef<SamplingService.Command> service = ToyService.spawn(KIT, gate);
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
  void serverTellsThatItHasNoExtensions() {
    assertThat(server.get("/v2").json().toString())
        .isEqualTo("{\"name\":\"stepwise\",\"version\":\"development\",\"extensions\":[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/models/toy", "/v2/models/toy/versions/" + DIGEST})
  void modelTellsItsTensors(String path) {
    JsonNode model = server.get(path).json();
    assertThat(model.path("name").asText()).isEqualTo("toy");
    assertThat(model.path("versions").toString()).isEqualTo("[\"digest of toy\"]");
    assertThat(model.path("outputs").toString())
        .isEqualTo(
            "[{\"name\":\"images\",\"datatype\":\"UINT8\",\"shape\":[-1,2,3,1]},"
                + "{\"name\":\"seed\",\"datatype\":\"INT64\",\"shape\":[-1]}]");
    assertThat(model.path("inputs"))
        .extracting(input -> input.path("name").asText())
        .containsExactly("seed", "label", "steps", "guidance", "eta", "solver", "n")
        .containsExactlyInAnyOrderElementsOf(InferenceBatch.INPUTS);
  }

  @Test
  void modelWithAWorkingReplicaIsReady() {
    assertThat(infer("{'inputs': [" + tensor("steps", "INT32", "[1]", "[1]") + "]}").status())
        .isEqualTo(200);
    for (String version : List.of("", "/versions/" + DIGEST)) {
      Answer ready = server.get("/v2/models/toy" + version + "/ready");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.json().toString()).isEqualTo("{\"name\":\"toy\",\"ready\":true}");
    }
  }

  @Test
  void eachElementIsTheFirstImageOfItsSeedAndLabel() throws IOException {
    Answer answer =
        infer(
            "{'id': '42', 'inputs': ["
                + tensor("seed", "INT64", "[3]", "[5, -6, 5]")
                + ","
                + tensor("label", "BYTES", "[3]", "['bag', 'sneaker', '']")
                + ","
                + tensor("steps", "INT64", "[1]", "[4]")
                + "]}");
    assertThat(answer.status()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("id").asText()).isEqualTo("42");
    assertThat(json.path("model_name").asText()).isEqualTo("toy");
    assertThat(json.path("model_version").asText()).isEqualTo("digest of toy");
    assertThat(json.at("/parameters/steps").asInt()).isEqualTo(12);
    assertThat(json.at("/outputs/0/shape").toString()).isEqualTo("[3,2,3,1]");
    assertThat(json.at("/outputs/0/datatype").asText()).isEqualTo("UINT8");
    assertThat(json.at("/outputs/1/data").toString()).isEqualTo("[5,-6,5]");
    List<Integer> expected = new ArrayList<>();
    expected.addAll(pixels("{'seed': 5, 'prompt': 'bag', 'steps': 4}"));
    expected.addAll(pixels("{'seed': -6, 'prompt': 'sneaker', 'steps': 4}"));
    expected.addAll(pixels("{'seed': 5, 'steps': 4}"));
    assertThat(integers(json.at("/outputs/0/data"))).isEqualTo(expected);
  }

  @Test
  void oneSeedAndANumberAreTheImagesOfOnePost() throws IOException {
    Answer answer =
        infer(
            "{'inputs': ["
                + tensor("seed", "INT64", "[1, 1]", "[[9]]")
                + ","
                + tensor("label", "INT32", "[1]", "[1]")
                + ","
                + tensor("n", "INT32", "[1]", "[3]")
                + "]}");
    assertThat(integers(answer.json().at("/outputs/0/data")))
        .isEqualTo(pixels("{'seed': 9, 'prompt': 'bag', 'n': 3}"));
    assertThat(answer.json().at("/outputs/1/data").toString()).isEqualTo("[9,9,9]");
  }

  @Test
  void floatsAreTheBytesOverHalfTheirRange() {
    Answer answer =
        infer(
            "{'inputs': ["
                + tensor("seed", "INT64", "[2]", "[1, 2]")
                + "], 'outputs': [{'name': 'images', 'parameters': {'datatype': 'FP32'}}]}");
    Answer bytes = infer("{'inputs': [" + tensor("seed", "INT64", "[2]", "[1, 2]") + "]}");
    assertThat(answer.json().path("outputs")).hasSize(1);
    assertThat(answer.json().at("/outputs/0/shape").toString()).isEqualTo("[2,1,2,3]");
    List<Float> floats = new ArrayList<>();
    answer.json().at("/outputs/0/data").forEach(value -> floats.add((float) value.asDouble()));
    List<Float> expected =
        integers(bytes.json().at("/outputs/0/data")).stream()
            .map(value -> value / 127.5f - 1)
            .toList();
    assertThat(floats).isEqualTo(expected);
  }

  @Test
  void seedsThatWereNotGivenAreAnswered() throws IOException {
    Answer answer =
        infer("{'inputs': [" + tensor("label", "BYTES", "[2]", "['bag', 'bag']") + "]}");
    JsonNode seeds = answer.json().at("/outputs/1/data");
    List<Integer> images = new ArrayList<>();
    for (JsonNode seed : seeds) {
      images.addAll(pixels("{'prompt': 'bag', 'seed': " + seed + "}"));
    }
    assertThat(seeds.get(0)).isNotEqualTo(seeds.get(1));
    assertThat(integers(answer.json().at("/outputs/0/data"))).isEqualTo(images);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "seed  | FP32  | [1]    | [1.5]          | seed.datatype: FP32 (expected: an integer type)",
        "seed  | INT8  | [1]    | [128]          | seed.data[0]: 128 (expected: an integer from"
            + " -128 to 127, for the datatype is INT8)",
        "seed  | INT64 | [2]    | [1]            | seed.data: [1] elements (expected: [2] as its"
            + " shape says, flat or nested)",
        "seed  | INT64 | [2, 1] | [[1, 2]]       | seed.data: [1, 2] elements (expected: [2, 1] as"
            + " its shape says, flat or nested)",
        "seed  | INT64 | [2, 2] | [[1], [2, 3]]  | seed.data: uneven arrays (expected: [2, 2] as"
            + " its shape says, flat or nested)",
        "seed  | INT64 | [2]    | [1, [2]]       | inputs[0].data[1]: an array (expected: flat"
            + " data, or arrays nested as the shape says)",
        "seed  | INT64 | [9]    | [1,2,3,4,5,6,7,8,9] | seed.shape: [9] (expected: at most 8 images"
            + " in a request)",
        "seed  | INT64 | [0]    | []             | inputs[0].shape[0]: 0 (expected: 1 to 1000)",
        "seed  | INT65 | [1]    | [1]            | inputs[0].datatype: \"INT65\" (expected: one of"
            + " INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FP32, FP64, BYTES)",
        "seed  | INT64 | [1]    | [null]         | inputs[0].data[0]: null (expected: a string or a"
            + " number)",
        "label | BYTES | [2]    | [\"bag\", \"boat\"] | label.data[1]: \"boat\" (expected: one of"
            + " sneaker, bag, ankle boot, 0 to 2, \"\" or -1 for none)",
        "label | INT64 | [1]    | [3]            | label: 3 (expected: one of sneaker, bag, ankle"
            + " boot, 0 to 2, \"\" or -1 for none)",
        "label | BYTES | [1]    | [7]            | label.data[0]: 7 (expected: a string, for the"
            + " datatype is BYTES)",
        "steps | INT32 | [2]    | [5, 1001]      | steps.data[1]: 1001 (expected: 1 to 1000)",
        "n     | INT32 | [1]    | [9]            | n: 9 (expected: 1 to 8)",
        "n     | INT32 | [2]    | [2, 2]         | n.shape: [2] (expected: [1])",
        "solver| BYTES | [1]    | [\"edm\"]      | solver: \"edm\" (expected: one of ddpm, ddim,"
            + " pndm, dpmpp, unipc, euler, euler-ancestral, heun, lcm, renoising)",
        "size  | INT32 | [1]    | [1]            | inputs[0].name: \"size\" (expected: one of eta,"
            + " guidance, label, n, seed, solver, steps)",
      })
  void wrongInputIsNamed(String name, String type, String shape, String data, String error) {
    Answer answer = infer("{\"inputs\": [" + tensor(name, type, shape, data) + "]}");
    assertThat(answer.json().path("error").asText()).isEqualTo(error);
    assertThat(answer.status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                   | inputs: missing (expected: an array of tensors)",
        "{'inputs': {}}                       | inputs: an object (expected: an array)",
        "{'inputs': [3]}                      | inputs[0]: 3 (expected: an object)",
        "{'inputs': [{}]}                     | inputs[0].name: missing (expected: the name of an"
            + " input)",
        "{'inputs': [{'shap': 1}]}            | inputs[0].shap: unknown field (expected: datatype,"
            + " data, name, parameters, shape)",
        "{'inputs': [], 'outputs': [{'name': 'x'}]} | outputs[0].name: \"x\" (expected: \"images\""
            + " or \"seed\")",
        "{'inputs': [], 'parameters': {'binary_data_output': true}} |"
            + " parameters.binary_data_output: true (expected: false; this server has no binary"
            + " extension)",
        "{'inputs': [], 'parameters': {'deadline_ms': 0}} | deadline_ms: 0 (expected: 1 to 60000)",
        "[]                                   | body: an array (expected: a JSON object)",
      })
  void wrongRequestIsNamed(String body, String error) {
    Answer answer = infer(body);
    assertThat(answer.json().path("error").asText())
        .satisfiesAnyOf(
            message -> assertThat(message).isEqualTo(error),
            message -> assertThat(message).startsWith(error.substring(0, error.indexOf(" ("))));
    assertThat(answer.status()).isEqualTo(400);
  }

  @Test
  void clientsWithoutTheBinaryExtensionNeedNotSayThatTheySendJson() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri("/v2/models/toy/infer"))
            .POST(
                BodyPublishers.ofString(
                    """
                    {"inputs": [{"name": "seed", "shape": [1], "datatype": "INT64", "data": [7]}],
                     "outputs": [{"name": "seed", "parameters": {"binary_data": false}}]}
                    """));
    assertThat(server.send(request.build()).join().status()).isEqualTo(200);
    request.header("Inference-Header-Content-Length", "7");
    assertThat(server.send(request.build()).join().json().path("error").asText())
        .startsWith("Inference-Header-Content-Length: 7 (expected: ");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,  /v2/models/none, 404",
    "GET,  /v2/models/none/ready, 404",
    "GET,  /v2/models/toy/versions/2, 404",
    "GET,  /v2/models/toy/versions/2/ready, 404",
    "POST, /v2/models/toy, 405",
    "GET,  /v2/models/toy/infer, 405",
    "GET,  /v2/nothing, 404",
    "POST, /v2/health/live, 405",
  })
  void errorsHaveTheShapeOfTheProtocol(String method, String path, int status) {
    Answer answer = server.send(method, path, "").join();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().properties()).hasSize(1);
    assertThat(answer.json().path("error").asText()).contains(" (expected: ");
  }

  @Test
  void batchThatDoesNotFitInTheQueueIsRefusedWhole() {
    gate.shut();
    List<CompletableFuture<Answer>> accepted = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      accepted.add(server.postLater("{\"n\": 4, \"id\": \"first-" + i + "\"}"));
      awaitStatus("first-" + i, 200);
    }
    Answer refused = infer("{'inputs': [" + seeds(8) + "]}");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isPresent();
    accepted.add(server.postLater("{\"n\": 4, \"id\": \"last\"}"));
    awaitStatus("last", 200);
    gate.open();
    accepted.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
  }

  @Test
  void clientThatGoesCancelsTheWholeBatch() {
    gate.shut();
    String body = ("{'inputs': [" + seeds(8) + "]}").replace('\'', '"');
    try (RawConnection connection = server.connect()) {
      connection.send(
          "POST /v2/models/toy/infer HTTP/1.1\nHost: x\nContent-Length: "
              + body.length()
              + "\n\n"
              + body);
      gate.awaitStep();
      connection.reset();
    }
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(server.unfinishedImages()).isZero();
              return Done.getInstance();
            });
    List<CompletableFuture<Answer>> next = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      next.add(server.postLater("{\"n\": 8, \"id\": \"next-" + i + "\"}"));
      awaitStatus("next-" + i, 200);
    }
    gate.open();
    next.forEach(answer -> assertThat(answer.join().status()).isEqualTo(200));
  }

  @Test
  void imageThatFailsFailsTheBatch() {
    gate.failNextSteps(3);
    Answer answer =
        infer(
            "{'inputs': ["
                + tensor("n", "INT32", "[1]", "[1]")
                + ","
                + tensor("steps", "INT32", "[1]", "[2]")
                + "]}");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().path("error").asText()).startsWith("no image could be made: ");
  }

  private Answer infer(String json) {
    return server.send("POST", "/v2/models/toy/infer", json.replace('\'', '"')).join();
  }

  private void awaitStatus(String id, int status) {
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(server.get("/v1/generations/" + id).status()).isEqualTo(status);
              return Done.getInstance();
            });
  }

  private static String seeds(int count) {
    List<Integer> seeds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      seeds.add(i);
    }
    return tensor("seed", "INT64", "[" + count + "]", seeds.toString());
  }

  private static String tensor(String name, String type, String shape, String data) {
    return "{'name': '%s', 'datatype': '%s', 'shape': %s, 'data': %s}"
        .formatted(name, type, shape, data)
        .replace('\'', '"');
  }

  private List<Integer> pixels(String request) throws IOException {
    List<Integer> pixels = new ArrayList<>();
    for (JsonNode data : server.post(request.replace('\'', '"')).json().path("data")) {
      byte[] png = Base64.getDecoder().decode(data.path("b64_json").asText());
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      for (int i = 0; i < 6; i++) {
        pixels.add(image.getRaster().getSample(i % 3, i / 3, 0));
      }
    }
    return pixels;
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> integers = new ArrayList<>();
    array.forEach(value -> integers.add(value.intValue()));
    return integers;
  }
}
