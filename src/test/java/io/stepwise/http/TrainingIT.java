package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.sampling.SamplingService;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.SampleGrid;
import io.stepwise.training.Trainer;
import io.stepwise.training.TrainingClient;
import io.stepwise.training.TrainingOrder;
import io.stepwise.training.TrainingReply;
import io.stepwise.training.TrainingSamples;
import io.stepwise.training.TrainingStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/training} before a trainer that a test plays. */
final class TrainingIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final TestProbe<SamplingService.Command> service = KIT.createTestProbe();
  private final TestProbe<Trainer.Command> trainer = KIT.createTestProbe();
  private TestServer server;

  @AfterAll
  static void endActors() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void startServer() {
    server = start(Optional.of(new TrainingClient(trainer.ref(), KIT.system())));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void orderReachesTheTrainerAndItsStatusIsTheAnswer() {
    CompletableFuture<Answer> answer =
        server.send(
            "POST",
            "/v1/training",
            """
            {"model": "toy", "epochs": 0.5, "batch_size": 32, "accumulate": 2,
             "learning_rate": 3e-4, "schedule": "cosine", "warm_up": 10, "validate_every": 50,
             "publish_every_steps": 100, "publish_every_seconds": 60, "seed": 9}
            """);
    Trainer.Start start = trainer.expectMessageClass(Trainer.Start.class, PATIENCE);
    start.replyTo().tell(new TrainingReply.Accepted(status()));

    TrainingOrder order = start.order();
    assertThat(order.model()).isEqualTo("toy");
    assertThat(order.steps()).isNull();
    assertThat(order.epochs()).isEqualTo(0.5);
    assertThat(order.accumulate()).isEqualTo(2);
    assertThat(order.learningRate().schedule()).isEqualTo(LearningRateSchedule.COSINE);
    assertThat(order.validation().everySteps()).isEqualTo(50);
    assertThat(order.validation().images()).isEqualTo(256);
    assertThat(order.publish().everySteps()).isEqualTo(100);
    assertThat(order.publish().every()).isEqualTo(Duration.ofMinutes(1));
    assertThat(order.seed()).isEqualTo(9);
    assertThat(answer.join().status()).isEqualTo(202);
    JsonNode json = answer.join().json();
    assertThat(json.path("state").asText()).isEqualTo("running");
    assertThat(json.at("/loss/smoothed").asDouble()).isEqualTo(0.25);
    assertThat(json.at("/published/0/metrics/loss").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/curve/0/step").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/training, 200",
    "DELETE, /v1/training, 200",
    "POST, /v1/training:pause, 200",
    "POST, /v1/training:resume, 200"
  })
  void statusAnswersEveryOrder(String method, String path, int expected) {
    CompletableFuture<Answer> answer = server.send(method, path, "");
    Trainer.Command command = trainer.receiveMessage(PATIENCE);
    if (command instanceof Trainer.Tell tell) {
      tell.replyTo().tell(status());
    } else if (command instanceof Trainer.Stop stop) {
      stop.replyTo().tell(new TrainingReply.Accepted(status()));
    } else if (command instanceof Trainer.Pause pause) {
      pause.replyTo().tell(new TrainingReply.Accepted(status()));
    } else if (command instanceof Trainer.Resume resume) {
      resume.replyTo().tell(new TrainingReply.Accepted(status()));
    }

    assertThat(answer.join().status()).isEqualTo(expected);
    assertThat(answer.join().json().path("object").asText()).isEqualTo("training");
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_MODEL, 404, model_not_found",
    "INVALID, 400, invalid_value",
    "ALREADY_RUNNING, 409, training_under_way",
    "NOT_RUNNING, 404, training_not_found",
    "CANNOT_BEGIN, 409, training_failed"
  })
  void refusalIsAnErrorOfItsOwn(TrainingReply.Reason reason, int status, String code) {
    CompletableFuture<Answer> answer = server.send("POST", "/v1/training", "{\"steps\": 1}");
    trainer
        .expectMessageClass(Trainer.Start.class, PATIENCE)
        .replyTo()
        .tell(new TrainingReply.Refused(reason, "model", "model: x (expected: y)"));

    assertThat(answer.join().status()).isEqualTo(status);
    assertThat(answer.join().json().at("/error/code").asText()).isEqualTo(code);
    assertThat(answer.join().json().at("/error/message").asText())
        .isEqualTo("model: x (expected: y)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                | steps             | missing (expected: either steps or epochs)
          {"steps": 1, "epochs": 1}                         | steps             | 1 (expected: either steps or epochs)
          {"steps": 0}                                      | steps             | 0 (expected: 1 to 10000000)
          {"steps": 1.0}                                    | steps             | 1.0 (expected: an integer)
          {"epochs": 0}                                     | epochs            | 0 (expected: more than 0 to 10000)
          {"steps": 1, "batch_size": 4097}                  | batch_size        | 4097 (expected: 1 to 4096)
          {"steps": 1, "batch_size": 2, "accumulate": 3}    | accumulate        | 3 (expected: 1 to batch_size, 2)
          {"steps": 1, "learning_rate": -1}                 | learning_rate     | -1 (expected: more than 0 to 1)
          {"steps": 1, "schedule": "steep"}                 | schedule          | "steep" (expected:
          {"steps": 1, "publish_every_steps": 0}            | publish_every_steps | 0 (expected: 1 to 10000000)
          {"steps": 1, "publish_every_seconds": 0}          | publish_every_seconds | 0 (expected: 1 to 604800)
          {"steps": 1, "publish_when_improved": "yes"}      | publish_when_improved | "yes" (expected: true or false)
          {"steps": 1, "validation_images": 0, "validate_every": 2} | validation_images | 0 (expected: 1 or more
          {"steps": 1, "resume": true}                      | steps             | given with resume (expected:
          {"steps": 1, "speed": 2}                          | speed             | unknown field (expected: model,
          {"steps": 1, "model": 7}                          | model             | 7 (expected: a string)
          """)
  void wrongFieldIsNamed(String json, String field, String problem) {
    Answer answer = server.send("POST", "/v1/training", json).join();

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/param").asText()).isEqualTo(field);
    assertThat(answer.json().at("/error/message").asText()).startsWith(field + ": " + problem);
    trainer.expectNoMessage(Duration.ZERO);
  }

  @Test
  void watcherIsToldWhereTheTrainerIsUntilItLeaves() {
    try (SocketClient client = server.open()) {
      client.send("{\"type\": \"watch\", \"topic\": \"training\"}");
      Trainer.Watch watch = trainer.expectMessageClass(Trainer.Watch.class, PATIENCE);
      watch.watcher().tell(status());

      JsonNode told = client.next("training").json();
      assertThat(told.at("/training/step").asInt()).isEqualTo(4);
      assertThat(told.at("/training/state").asText()).isEqualTo("running");
      client.send("{\"type\": \"unwatch\", \"topic\": \"training\"}");
      assertThat(trainer.expectMessageClass(Trainer.Unwatch.class, PATIENCE).watcher())
          .isEqualTo(watch.watcher());
    }
  }

  @Test
  void watcherGetsSamplesAsPicture() {
    try (SocketClient client = server.open()) {
      client.send("{\"type\": \"watch\", \"topic\": \"training\"}");
      Trainer.Watch watch = trainer.expectMessageClass(Trainer.Watch.class, PATIENCE);
      Snapshot snapshot = status().published().get(0);
      byte[] png = {1, 2, 3};
      watch
          .watcher()
          .tell(
              new TrainingSamples(snapshot, List.of("bag", "boot"), new SampleGrid(png, 5, 7, 1)));

      SocketClient.Message told = client.next("samples");
      assertThat(told.json())
          .hasToString(
              """
              {"type":"samples","model":"toy","snapshot":"%s","step":4,\
              "labels":["bag","boot"],"bytes":3}"""
                  .formatted(snapshot.digest()));
      assertThat(told.png()).isEqualTo(png);
    }
  }

  @Test
  void trainerThatIsNotThereIsSaid() {
    try (TestServer without = start(Optional.empty())) {
      Answer answer = without.get("/v1/training");

      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.json().at("/error/code").asText()).isEqualTo("training_off");
      assertThat(answer.json().at("/error/message").asText()).contains("stepwise.snapshots.folder");
    }
  }

  private TestServer start(Optional<TrainingClient> training) {
    return TestServer.start(
        KIT.system(), service.ref(), training, TestServer.settings(""), HttpServer.Times.STANDARD);
  }

  private static TrainingStatus status() {
    Snapshot snapshot = new Snapshot("toy", "0".repeat(64), 4, Instant.EPOCH, Map.of("loss", 0.5));
    return new TrainingStatus(
        TrainingStatus.State.RUNNING,
        "toy",
        4,
        10,
        new TrainingStatus.Figures(0.5, 0.25, null, null, 1e-3, 80.0),
        1,
        List.of(new TrainingStatus.Point(1, 0.75, null)),
        List.of(snapshot),
        null);
  }
}
