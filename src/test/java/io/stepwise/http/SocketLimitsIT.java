package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.sampling.SamplingService;
import io.stepwise.settings.StreamSettings;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of websockets may not do. */
class SocketLimitsIT {

  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final StreamSettings FEW =
      new StreamSettings(2, 1024, 3, 10, Duration.ofSeconds(15), Duration.ofSeconds(60));

  private final StandIn service = new StandIn(KIT, 12);
  private final TestServer server =
      TestServer.start(
          KIT.system(),
          service.ref(),
          TestServer.settings(FEW, "https://studio.example"),
          HttpServer.Times.STANDARD);

  @AfterEach
  void stop() {
    server.close();
  }

  @AfterAll
  static void stopSystem() {
    KIT.shutdownTestKit();
  }

  @Test
  void binaryFrameCloses() {
    SocketClient client = server.open();
    client.sendBinary(new byte[3]);
    assertThat(client.closeCode()).isEqualTo(1003);
  }

  @Test
  void messageOverTheLimitCloses() {
    SocketClient client = server.open();
    client.sendAnyway("{\"type\": \"" + "x".repeat(1024) + "\"}", true);
    assertThat(client.closeCode()).isEqualTo(1009);
  }

  @Test
  void messageInFragmentsIsReadUpToTheLimit() {
    SocketClient client = server.open();
    for (String part : "{\"type\": \"ping\"".split("(?<=[ :])", -1)) {
      client.raw().sendText(part, false).join();
    }
    client.raw().sendText("}", true).join();
    assertThat(client.next().type()).isEqualTo("pong");
    client.raw().sendText(" ".repeat(1000), false).join();
    client.sendAnyway(" ".repeat(25), false);
    assertThat(client.closeCode()).isEqualTo(1009);
  }

  @Test
  void nothingButWrongMessagesCloses() {
    SocketClient client = server.open();
    for (int i = 1; i < StreamSession.MOST_WRONG_IN_A_ROW; i++) {
      client.send("wrong");
    }
    client.send("{\"type\": \"ping\"}");
    assertThat(client.next("pong").type()).isEqualTo("pong");
    for (int i = 0; i < StreamSession.MOST_WRONG_IN_A_ROW; i++) {
      client.send("wrong");
    }
    assertThat(client.closeCode()).isEqualTo(1008);
  }

  @Test
  void badCloseCodeIsAProtocolError() {
    try (RawConnection raw = RawSocket.open(server)) {
      raw.send(RawSocket.frame(0x88, new byte[] {0x03}));
      assertThat(RawSocket.closeCode(raw)).isEqualTo(1002);
    }
  }

  @Test
  void unmaskedFrameIsAProtocolError() {
    try (RawConnection raw = RawSocket.open(server)) {
      raw.send(new byte[] {(byte) 0x81, 1, 'x'});
      assertThat(RawSocket.closeCode(raw)).isEqualTo(1002);
      assertThat(raw.receivesNothingMore()).isTrue();
    }
  }

  @Test
  void moreGenerationsThanAllowedAreRefusedUntilOneHasEnded() {
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"id\": \"first\"}");
    SamplingService.Generate first = service.accept(9);
    for (int i = 1; i < 3; i++) {
      client.send("{\"type\": \"generate\"}");
      service.accept(9);
    }
    client.send("{\"type\": \"generate\", \"id\": \"over\"}");
    SocketClient.Message error = client.next("error");
    assertThat(error.id()).isEqualTo("over");
    assertThat(error.code()).isEqualTo("too_many_generations");
    assertThat(error.number("retry_after")).isPositive();
    first.replyTo().tell(ServiceProbe.completed(first.request().id()));
    client.next("done");
    client.send("{\"type\": \"generate\", \"id\": \"over\"}");
    service.accept(9);
    assertThat(client.next().type()).isEqualTo("accepted");
  }

  @Test
  void moreImagesThanAllowedAreRefused() {
    SocketClient client = server.open();
    client.send("{\"type\": \"generate\", \"n\": 8}");
    service.accept(9);
    client.next("accepted");
    client.send("{\"type\": \"generate\", \"n\": 3}");
    assertThat(client.next().code()).isEqualTo("too_many_images");
    client.send("{\"type\": \"generate\", \"n\": 2147483647}");
    assertThat(client.next().code()).isEqualTo("too_many_images");
    client.send("{\"type\": \"generate\", \"n\": 2}");
    service.accept(9);
    assertThat(client.next().type()).isEqualTo("accepted");
  }

  @Test
  void pageOfAnotherOriginIsRefused() {
    assertThat(statusFor("https://evil.example")).isEqualTo(403);
    assertThat(statusFor("null")).isEqualTo(403);
    SocketClient.open(server.socketUri(), "https://studio.example").close();
    String own = "http://127.0.0.1:" + server.server().address().getPort();
    SocketClient.open(server.socketUri(), own).close();
  }

  @Test
  void moreSocketsThanAllowedAreRefusedUntilOneIsClosed() {
    SocketClient first = server.open();
    server.open();
    assertThat(statusFor("")).isEqualTo(429);
    first.abort();
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              server.open();
              return Done.getInstance();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST"})
  void requestWithoutAHandshakeIsAnswered(String method) {
    Answer answer = server.send(method, "/v1/stream", "").join();
    if (method.equals("GET")) {
      assertThat(answer.status()).isEqualTo(426);
      assertThat(answer.code()).isEqualTo("upgrade_required");
      assertThat(answer.header("Upgrade")).contains("websocket");
    } else {
      assertThat(answer.status()).isEqualTo(405);
    }
  }

  private int statusFor(String origin) {
    int[] status = new int[1];
    assertThatThrownBy(() -> SocketClient.open(server.socketUri(), origin))
        .isInstanceOf(CompletionException.class)
        .satisfies(
            thrown ->
                status[0] =
                    ((WebSocketHandshakeException) thrown.getCause()).getResponse().statusCode());
    return status[0];
  }
}
