package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.stepwise.sampling.Client;
import io.stepwise.sampling.SamplingClient;
import io.stepwise.sampling.SamplingService;
import io.stepwise.settings.StreamSettings;
import io.stepwise.telemetry.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.http.impl.engine.ws.FrameEvent;
import org.apache.pekko.http.impl.engine.ws.FrameHeader;
import org.apache.pekko.http.impl.engine.ws.FrameStart;
import org.apache.pekko.http.impl.engine.ws.Protocol;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.OverflowStrategy;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.SinkQueueWithCancel;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.SourceQueueWithComplete;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import scala.Option;

/**
 * What a socket sends and reads when its peer takes one frame at a time, with no network between.
 */
class SocketStageTest {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int STEPS = 1000;

  private final StandIn service = new StandIn(KIT, 12);
  private final Connections connections = new Connections(new Meters());
  private SourceQueueWithComplete<FrameEvent> incoming;
  private SinkQueueWithCancel<FrameEvent> outgoing;

  @AfterEach
  void hangUp() {
    if (incoming != null) {
      incoming.complete();
    }
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void readerThatPausesGetsTheNewestPreviewAndEveryImage() {
    open(TestServer.STREAM);
    send("{\"type\": \"generate\", \"id\": \"a\", \"n\": 2}");
    SamplingService.Generate order = service.accept(STEPS);
    for (int step = 1; step < STEPS; step++) {
      order.replyTo().tell(StandIn.step(order, 0, step, STEPS));
      order.replyTo().tell(StandIn.step(order, 1, step, STEPS));
    }
    order.replyTo().tell(StandIn.image(order, 1, new byte[5]));
    awaitHandled();

    List<JsonNode> told = new ArrayList<>();
    while (told.stream().noneMatch(m -> m.path("type").asText().equals("image"))
        || told.stream().noneMatch(m -> m.path("step").asInt() == STEPS - 1)) {
      told.add(receive());
    }
    List<JsonNode> steps =
        told.stream().filter(m -> m.path("type").asText().equals("step")).toList();
    // Two could be encoded before the pause; of all others only the newest was.
    assertThat(steps).hasSizeLessThanOrEqualTo(3);
    assertThat(last(steps).path("index").asInt()).isZero();
    assertThat(service.renders()).isLessThanOrEqualTo(3);
    order.replyTo().tell(StandIn.image(order, 0, new byte[5]));
    assertThat(receive().path("type").asText()).isEqualTo("image");
  }

  @Test
  void nothingIsEncodedForAReaderThatTakesNothing() {
    open(TestServer.STREAM);
    send("{\"type\": \"generate\", \"id\": \"a\", \"n\": 8}");
    SamplingService.Generate order = service.accept(STEPS);
    for (int step = 1; step < STEPS; step++) {
      for (int image = 0; image < 8; image++) {
        order.replyTo().tell(StandIn.step(order, image, step, STEPS));
      }
    }
    awaitHandled();
    assertThat(service.renders()).isLessThanOrEqualTo(Outbox.MOST_RENDERS);
  }

  @Test
  void clientThatSendsWithoutReadingIsReadNoFurther() {
    AtomicInteger read = new AtomicInteger();
    outgoing =
        Source.repeat(text("{\"type\": \"ping\"}"))
            .wireTap(frame -> read.incrementAndGet())
            .via(stage(TestServer.STREAM))
            .toMat(Sink.<FrameEvent>queue(), Keep.right())
            .addAttributes(Attributes.inputBuffer(1, 1))
            .run(KIT.system());
    for (int received = 0; received < 500; received++) {
      assertThat(receive().path("type").asText()).isEqualTo("pong");
      assertThat(read.get() - received).isLessThanOrEqualTo(StreamSession.MOST_REPLIES + 8);
    }
    assertThat(read.get()).isGreaterThanOrEqualTo(500);
    outgoing.cancel();
  }

  @Test
  void readerThatTakesNothingForTooLongIsGivenUp() {
    open(new StreamSettings(1, 1024, 9, 9, Duration.ofSeconds(9), Duration.ofMillis(200)));
    send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(STEPS);
    send("{\"type\": \"ping\"}");
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo(order.request().id());
    assertThat(connections.sockets()).isZero();
  }

  @Test
  void clientThatGivesNoSignOfLifeIsGivenUp() {
    open(new StreamSettings(1, 1024, 9, 9, Duration.ofMillis(500), Duration.ofSeconds(60)));
    send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(STEPS);
    int pings = 0;
    for (Optional<FrameEvent> frame = pull(); frame.isPresent(); frame = pull()) {
      pings += opcode(frame.get()) == 9 ? 1 : 0;
    }
    assertThat(pings).isBetween(1, SocketStage.MOST_SILENT_INTERVALS);
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo(order.request().id());
  }

  @Test
  void pongIsASignOfLife() {
    open(new StreamSettings(1, 1024, 9, 9, Duration.ofMillis(500), Duration.ofSeconds(60)));
    for (int i = 0; i < 2 * SocketStage.MOST_SILENT_INTERVALS; i++) {
      assertThat(opcode(take())).isEqualTo(9);
      incoming.offer(frame(10, ""));
    }
    assertThat(connections.sockets()).isEqualTo(1);
  }

  @Test
  void pingIsAnsweredWithItsData() {
    open(TestServer.STREAM);
    incoming.offer(frame(9, "hello"));
    FrameEvent pong = take();
    assertThat(opcode(pong)).isEqualTo(10);
    assertThat(pong.data().utf8String()).isEqualTo("hello");
  }

  @Test
  void stoppingServerClosesASocketWhenItsWorkIsSent() {
    open(TestServer.STREAM);
    send("{\"type\": \"generate\", \"id\": \"a\"}");
    SamplingService.Generate order = service.accept(STEPS);
    CompletableFuture<?> closed = connections.close(Duration.ofMinutes(1)).toCompletableFuture();
    order.replyTo().tell(ServiceProbe.completed(order.request().id()));
    assertThat(last(receiveUntil("done")).path("state").asText()).isEqualTo("completed");
    FrameEvent close = take();
    assertThat(opcode(close)).isEqualTo(8);
    assertThat(closeCode(close)).isEqualTo(SocketStage.GOING_AWAY);
    assertThat(closed).isNotDone();
    incoming.offer(frame(8, ""));
    assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
  }

  private void open(StreamSettings settings) {
    Pair<SourceQueueWithComplete<FrameEvent>, SinkQueueWithCancel<FrameEvent>> ends =
        Source.<FrameEvent>queue(1, OverflowStrategy.backpressure())
            .via(stage(settings))
            .toMat(Sink.<FrameEvent>queue(), Keep.both())
            .addAttributes(Attributes.inputBuffer(1, 1))
            .run(KIT.system());
    incoming = ends.first();
    outgoing = ends.second();
  }

  private SocketStage stage(StreamSettings settings) {
    SamplingClient client = new SamplingClient(service.ref(), KIT.system(), Duration.ofMinutes(1));
    return new SocketStage(
        client, Optional.empty(), Client.ANYBODY, settings, RateLimits.NONE, connections);
  }

  /** Waits until the socket has taken all that it was told so far. */
  private void awaitHandled() {
    send("{\"type\": \"watch\", \"topic\": \"fleet\"}");
    service.expect(SamplingService.WatchFleet.class);
  }

  private void send(String json) {
    incoming.offer(text(json)).toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private List<JsonNode> receiveUntil(String type) {
    List<JsonNode> messages = new ArrayList<>(List.of(receive()));
    while (!last(messages).path("type").asText().equals(type)) {
      messages.add(receive());
    }
    return messages;
  }

  /** Takes a text frame, and the binary one behind it if there is one. */
  private JsonNode receive() {
    try {
      JsonNode json = JSON.readTree(take().data().toArray());
      if (json.has("bytes")) {
        assertThat(take().data().size()).isEqualTo(json.path("bytes").asInt());
      }
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private FrameEvent take() {
    return pull().orElseThrow();
  }

  private Optional<FrameEvent> pull() {
    return outgoing.pull().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static JsonNode last(List<JsonNode> messages) {
    return messages.get(messages.size() - 1);
  }

  private static int opcode(FrameEvent frame) {
    return ((FrameStart) frame).header().opcode().code();
  }

  private static int closeCode(FrameEvent close) {
    return ((close.data().apply(0) & 0xFF) << 8) | (close.data().apply(1) & 0xFF);
  }

  private static FrameEvent text(String json) {
    return frame(1, json);
  }

  private static FrameEvent frame(int opcode, String data) {
    // A mask of zeros changes nothing.
    return new FrameStart(
        new FrameHeader(
            Protocol.Opcode$.MODULE$.forCode((byte) opcode),
            Option.apply((Object) 0),
            data.length(),
            true,
            false,
            false,
            false),
        ByteString.fromString(data));
  }
}
