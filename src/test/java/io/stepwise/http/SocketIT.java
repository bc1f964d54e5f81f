package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.http.SocketClient.Message;
import io.stepwise.sampling.CancelOutcome;
import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.Previews;
import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.SamplingService;
import io.stepwise.sampling.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Websockets of a real server, with a service that the tests play. */
class SocketIT {

  private static final ActorTestKit KIT = ActorTestKit.create();

  private final StandIn service = new StandIn(KIT, 12);
  private final TestServer server = TestServer.start(KIT.system(), service.ref());
  private final SocketClient client = server.open();

  @AfterEach
  void stop() {
    client.close();
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void stepsAndImagesArriveInOrderEachWithItsFile() {
    client.send("{\"type\": \"generate\", \"id\": \"a\", \"n\": 2, \"preview\": \"noisy\"}");
    SamplingService.Generate order = service.accept(3);
    assertThat(order.detail()).isEqualTo(SamplingService.Detail.STEPS);
    assertThat(order.request().previews()).isEqualTo(new Previews(1, Previews.Kind.NOISY));
    Message accepted = client.next();
    assertThat(accepted.json().toString())
        .isEqualTo(
            "{\"type\":\"accepted\",\"id\":\"a\",\"generation\":\"%s\",\"model\":\"toy\","
                    .formatted(order.request().id())
                + "\"snapshot\":\"digest of toy\",\"seed\":7,\"n\":2,\"steps\":3}");

    order.replyTo().tell(StandIn.step(order, 0, 1, 3));
    Message step = client.next();
    assertThat(step.json().toString())
        .isEqualTo(
            "{\"type\":\"step\",\"id\":\"a\",\"index\":0,\"step\":1,\"of\":3,"
                + "\"preview\":\"noisy\",\"bytes\":12}");
    assertThat(step.png()).hasSize(12);

    order.replyTo().tell(StandIn.image(order, 0, bytes("first")));
    Message image = client.next();
    assertThat(image.json().toString())
        .isEqualTo("{\"type\":\"image\",\"id\":\"a\",\"index\":0,\"seed\":7,\"bytes\":5}");
    assertThat(image.png()).isEqualTo(bytes("first"));

    FailedImage failed = new FailedImage(1, "bad luck");
    order.replyTo().tell(new GenerationEvent.ImageFailed(order.request().id(), failed));
    assertThat(client.next().json().toString())
        .isEqualTo("{\"type\":\"image_failed\",\"id\":\"a\",\"index\":1,\"reason\":\"bad luck\"}");

    order
        .replyTo()
        .tell(
            new GenerationResult.Completed(
                order.request().id(),
                "toy",
                "abc",
                List.of(new GeneratedImage(0, 7, bytes("first"))),
                List.of(failed),
                new Usage(Duration.ofMillis(3), Duration.ofMillis(40), 6)));
    assertThat(client.next().json().toString())
        .isEqualTo(
            "{\"type\":\"done\",\"id\":\"a\",\"state\":\"completed\",\"snapshot\":\"abc\","
                + "\"usage\":{\"queue_ms\":3,\"run_ms\":40,\"steps\":6},"
                + "\"failures\":[{\"index\":1,\"reason\":\"bad luck\"}]}");
  }

  @Test
  void severalGenerationsShareASocket() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate a = service.accept(9);
    client.send("{\"type\": \"generate\", \"id\": \"b\", \"preview_every\": 0}");
    SamplingService.Generate b = service.accept(5);
    assertThat(b.detail()).isEqualTo(SamplingService.Detail.IMAGES);
    assertThat(List.of(client.next().id(), client.next().id())).containsExactly("a", "b");

    b.replyTo().tell(StandIn.image(b, 0, bytes("b")));
    assertThat(client.next().id()).isEqualTo("b");
    a.replyTo().tell(StandIn.step(a, 0, 4, 9));
    assertThat(client.next().number("step")).isEqualTo(4);
    b.replyTo().tell(ServiceProbe.completed(b.request().id()));
    assertThat(client.next().type()).isEqualTo("done");
    a.replyTo().tell(StandIn.step(a, 0, 5, 9));
    assertThat(client.next().number("step")).isEqualTo(5);
    client.send("{\"type\": \"generate\", \"id\": \"b\"}");
    service.accept(5);
    assertThat(client.next().type()).isEqualTo("accepted");
  }

  @Test
  void imagesThatWereNotToldBeforeComeWithTheResult() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(9);
    order.replyTo().tell(ServiceProbe.completed(order.request().id()));
    assertThat(client.next().type()).isEqualTo("accepted");
    assertThat(client.next().png()).isEqualTo(bytes("PNG of " + order.request().id()));
    assertThat(client.next().type()).isEqualTo("done");
  }

  @Test
  void cancelEndsAGeneration() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(9);
    client.send("{\"type\": \"cancel\", \"id\": \"a\"}");
    SamplingService.Cancel cancel = service.expect(SamplingService.Cancel.class);
    assertThat(cancel.id()).isEqualTo(order.request().id());
    order.replyTo().tell(StandIn.step(order, 0, 1, 9));
    order.replyTo().tell(new GenerationResult.Cancelled(cancel.id()));
    cancel.replyTo().tell(CancelOutcome.CANCELLED);
    Message done = client.next("done");
    assertThat(done.text("state")).isEqualTo("cancelled");
    assertThat(client.send("{\"type\": \"ping\"}").next().type()).isEqualTo("pong");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"type\": \"generate\", \"id\": \"a\", \"stepz\": 1} | a | unknown_parameter | stepz: unknown",
        "{\"type\": \"generate\", \"n\": \"two\", \"id\": \"a\"} | a | invalid_value | n: \"two\" (expected: an integer)",
        "{\"type\": \"generate\", \"id\": \"a b\"} | | invalid_value | id: \"a b\"",
        "{\"type\": \"dance\"} | | invalid_value | type: \"dance\" (expected: generate, cancel",
        "{\"type\": \"cancel\", \"id\": \"a\"} | | generation_not_found | id: a (expected: the id of",
        "{\"type\": \"watch\", \"topic\": \"all\"} | | invalid_value | topic: \"all\"",
        "nonsense | | invalid_json | body: no valid JSON",
      })
  void whatIsWrongIsAnsweredAndTheSocketStaysOpen(
      String json, String id, String code, String message) {
    Message error = client.send(json).next();
    assertThat(error.type()).isEqualTo("error");
    assertThat(error.json().path("id").asText(null)).isEqualTo(id);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.errorMessage()).startsWith(message);
    assertThat(client.send("{\"type\": \"ping\"}").next().type()).isEqualTo("pong");
  }

  @Test
  void idInUseIsRefusedWithoutEndingItsGeneration() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(9);
    client.next("accepted");
    Message error = client.send("{\"type\": \"generate\", \"id\": \"a\"}").next();
    assertThat(error.code()).isEqualTo("duplicate_id");
    assertThat(error.json().path("id").isNull()).isTrue();
    order.replyTo().tell(ServiceProbe.completed(order.request().id()));
    assertThat(client.next().id()).isEqualTo("a");
  }

  @Test
  void refusedGenerationIsToldWhenToTryAgain() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.expect(SamplingService.Generate.class);
    order
        .replyTo()
        .tell(
            new GenerationResult.Refused(
                order.request().id(), RefusalReason.QUEUE_FULL, "full", Duration.ofMillis(1500)));
    assertThat(client.next().json().toString())
        .isEqualTo(
            "{\"type\":\"error\",\"id\":\"a\",\"error\":{\"message\":\"full\","
                + "\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"queue_full\"},"
                + "\"retry_after\":2}");
  }

  @Test
  void lostConnectionLeavesItsGenerations() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate a = service.accept(9);
    client.send("{\"type\": \"generate\", \"id\": \"b\", \"detached\": true}");
    SamplingService.Generate b = service.accept(9);
    assertThat(b.request().id()).isEqualTo("b");
    assertThat(b.request().detached()).isTrue();
    client.abort();
    SamplingService.Leave first = service.expect(SamplingService.Leave.class);
    SamplingService.Leave second = service.expect(SamplingService.Leave.class);
    assertThat(Set.of(first.id(), second.id())).containsExactlyInAnyOrder("b", a.request().id());
    assertThat(first.listener()).isEqualTo(a.replyTo()).isEqualTo(second.listener());
  }

  @Test
  void closedConnectionIsAnsweredAndLeavesItsGenerations() {
    client.send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(9);
    client.raw().sendClose(4321, "enough").join();
    assertThat(client.closeCode()).isEqualTo(4321);
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo(order.request().id());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
