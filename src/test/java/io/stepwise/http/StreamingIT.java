package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.http.SocketClient.Message;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingOptions;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.ServedModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of a server with the real sampling actors behind it and a toy for a model. */
class StreamingIT {

  private static final ActorTestKit KIT = ActorTestKit.create();

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
  void stepsAndImagesArePngsAndTheImageIsThatOfThePost() throws IOException {
    // After three batches at least one of the two images has taken its second step.
    gate.shutAfter(3);
    SocketClient client = server.open();
    client.send(
        "{\"type\": \"generate\", \"id\": \"a\", \"prompt\": \"bag\", \"n\": 2, \"steps\": 6,"
            + " \"seed\": 7, \"preview_every\": 2}");
    Message accepted = client.next();
    assertThat(accepted.type()).isEqualTo("accepted");
    assertThat(accepted.text("snapshot")).isEqualTo("digest of toy");
    Map<Integer, byte[]> images = new HashMap<>();
    int steps = 0;
    Message message = client.next();
    while (!message.type().equals("done")) {
      assertThat(ImageIO.read(new ByteArrayInputStream(message.png())).getWidth()).isEqualTo(3);
      if (message.type().equals("step")) {
        assertThat(message.number("step")).isIn(2, 4);
        assertThat(message.number("of")).isEqualTo(6);
        steps++;
        gate.open();
      } else {
        images.put(message.number("index"), message.png());
      }
      message = client.next();
    }
    assertThat(steps).isBetween(1, 4);
    assertThat(message.json().at("/usage/steps").asInt()).isEqualTo(12);
    Answer whole = server.post("{\"prompt\": \"bag\", \"n\": 2, \"steps\": 6, \"seed\": 7}");
    for (int i = 0; i < 2; i++) {
      assertThat(images.get(i)).isEqualTo(png(whole.json(), i));
    }
    client.close();
  }

  @Test
  void lostConnectionCancelsWhatIsNotDetached() {
    gate.shut();
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"attached\", \"steps\": 3}");
    String attached = client.next("accepted").text("generation");
    client.send("{\"type\": \"generate\", \"id\": \"kept\", \"steps\": 3, \"detached\": true}");
    assertThat(client.next("accepted").text("generation")).isEqualTo("kept");
    client.abort();
    awaitState(attached, "cancelled");
    assertThat(state("kept")).isIn("queued", "running");
    gate.open();
    awaitState("kept", "completed");
    JsonNode kept = server.get("/v1/generations/kept").json();
    assertThat(kept.path("snapshot").asText()).isEqualTo("digest of toy");
    assertThat(kept.at("/usage/steps").asInt()).isEqualTo(3);
    assertThat(png(kept, 0)).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void cancelOnTheSocketEndsTheGeneration() {
    gate.shut();
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"n\": 4}");
    String generation = client.next("accepted").text("generation");
    client.send("{\"type\": \"cancel\", \"id\": \"a\"}");
    assertThat(client.next("done").text("state")).isEqualTo("cancelled");
    assertThat(state(generation)).isEqualTo("cancelled");
    client.close();
  }

  @Test
  void deleteOfASocketsGenerationIsToldOnIt() {
    gate.shut();
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    String generation = client.next("accepted").text("generation");
    assertThat(server.send("DELETE", "/v1/generations/" + generation, "").join().status())
        .isEqualTo(200);
    assertThat(client.next("done").text("state")).isEqualTo("cancelled");
    client.close();
  }

  @Test
  void whatTheModelCannotDoIsToldOnTheSocket() {
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"steps\": 0}");
    Message error = client.next();
    assertThat(error.id()).isEqualTo("a");
    assertThat(error.errorMessage()).isEqualTo("steps: 0 (expected: 1 to 1000)");
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"model\": \"dall-e\"}");
    assertThat(client.next().code()).isEqualTo("model_not_found");
    client.close();
  }

  @Test
  void streamedAnswerShowsPartialImagesAndEndsWithTheImageOfThePost() {
    String request = "\"prompt\": \"bag\", \"steps\": 6, \"seed\": 7}";
    try (EventClient client =
        EventClient.post(server, "{\"stream\": true, \"partial_images\": 0, " + request)) {
      JsonNode image = client.next("image_generation.completed");
      assertThat(client.isAtEnd()).isTrue();
      assertThat(Base64.getDecoder().decode(image.path("b64_json").asText()))
          .isEqualTo(png(server.post("{" + request).json(), 0));
    }
    gate.shut();
    try (EventClient client =
        EventClient.post(server, "{\"stream\": true, \"partial_images\": 1, \"steps\": 2}")) {
      gate.awaitStep();
      gate.open();
      assertThat(client.status()).isEqualTo(200);
    }
  }

  @Test
  void fleetIsWatchedWhileImagesAreMade() {
    SocketClient client = server.open();
    client.send("{\"type\": \"watch\", \"topic\": \"fleet\"}");
    JsonNode fleet = client.next("fleet").json().path("fleet");
    assertThat(fleet.at("/models/0/name").asText()).isEqualTo("toy");
    server.post("{\"id\": \"seen\", \"steps\": 2}");
    JsonNode batch = client.next("batches").json().at("/batches/0");
    assertThat(batch.path("model").asText()).isEqualTo("toy");
    assertThat(batch.at("/images/0/generation").asText()).isEqualTo("seen");
    assertThat(server.get("/v1/fleet").json().at("/models/0/name").asText()).isEqualTo("toy");
    client.close();
  }

  @Test
  void stoppingServerFinishesWhatSocketsWaitForAndClosesThem() {
    gate.shut();
    SocketClient busy = server.open();
    SocketClient idle = server.open();
    busy.send("{\"type\": \"generate\", \"id\": \"a\", \"steps\": 2}");
    busy.next("accepted");
    CompletableFuture<Done> drained =
        new SamplingClient(service, KIT.system(), Duration.ofMinutes(1))
            .drain()
            .toCompletableFuture();
    idle.send("{\"type\": \"generate\"}");
    assertThat(idle.next().code()).isEqualTo("draining");
    CompletableFuture<Done> stopped =
        server.server().stop(Duration.ofMinutes(1)).toCompletableFuture();
    assertThat(idle.closeCode()).isEqualTo(1001);
    assertThat(stopped).isNotDone();
    gate.open();
    assertThat(busy.next("done").text("state")).isEqualTo("completed");
    assertThat(busy.closeCode()).isEqualTo(1001);
    assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
    assertThat(drained).succeedsWithin(Duration.ofSeconds(20));
  }

  @Test
  void socketThatIsNotDoneInTheGraceIsBrokenOffAndItsGenerationCancelled() {
    gate.shut();
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    client.next("accepted");
    server.server().stop(Duration.ofMillis(100)).toCompletableFuture().join();
    assertThat(client.closeCode()).isIn(-1, 1006);
  }

  private String state(String id) {
    return server.get("/v1/generations/" + id).json().path("state").asText();
  }

  private void awaitState(String id, String state) {
    KIT.createTestProbe()
        .awaitAssert(
            Duration.ofSeconds(20),
            () -> {
              assertThat(state(id)).isEqualTo(state);
              return Done.getInstance();
            });
  }

  private ActorRef<SamplingService.Command> service() {
    SamplingOptions options =
        new SamplingOptions(
            new SamplingOptions.Requests(
                8, 1000, 10, Duration.ofSeconds(60), Duration.ofMinutes(1)),
            new SamplingOptions.Replicas(
                16, 2, 3, Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofSeconds(1), 1),
            "fifo",
            24,
            2);
    ServedModel model = ServedModel.of(ToyModel.named("toy").disturbedBy(gate), 1, 1);
    return KIT.spawn(SamplingService.create(List.of(model), options, ImageEncoder.png()));
  }

  private static byte[] png(JsonNode answer, int index) {
    return Base64.getDecoder().decode(answer.at("/data/" + index + "/b64_json").asText());
  }
}
