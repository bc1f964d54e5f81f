package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stepwise.sampling.Client;
import io.stepwise.sampling.SamplingService;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocketKeysIT {

  private static final String KEY = "stepwise-key_of-a-websocket";

  private final ActorTestKit kit = ActorTestKit.create();
  private final ServiceProbe service = new ServiceProbe(kit);
  private final TestServer server =
      TestServer.start(
          kit.system(),
          service.ref(),
          TestServer.settings(
              "api-keys = [%s, %s]"
                  .formatted(
                      ApiKeysIT.entry("alice", KEY, ""),
                      ApiKeysIT.entry("slow", KEY + "2", "requests-per-minute = 2"))),
          HttpServer.Times.STANDARD);

  @AfterAll
  void stop() {
    server.close();
    kit.shutdownTestKit();
  }

  @Test
  void websocketIsOpenedWithTheHeader() {
    Listener listener = new Listener();
    WebSocket socket = open(builder().header("Authorization", "Bearer " + KEY), listener);

    socket.sendText("{\"type\": \"generate\", \"id\": \"a\"}", true).join();
    SamplingService.Generate order = service.expectGenerate();
    assertThat(order.request().client()).isEqualTo(new Client("alice", "alice"));
    kit.createTestProbe()
        .awaitAssert(
            () -> assertThat(server.meters().scrape()).contains("stepwise_websockets 1.0"));
    socket.abort();
    assertThat(service.expect(SamplingService.Leave.class).id()).isEqualTo(order.request().id());
  }

  @Test
  void websocketOfABrowserIsOpenedWithASubprotocol() {
    WebSocket socket =
        open(builder().subprotocols("stepwise", "stepwise.bearer." + KEY), new Listener());

    assertThat(socket.getSubprotocol()).isEqualTo("stepwise");
    socket.abort();
  }

  @Test
  void websocketWithoutAKeyIsRefused() {
    for (WebSocket.Builder builder :
        List.of(
            builder(),
            builder().header("Authorization", "Bearer wrong"),
            builder().subprotocols("stepwise", "stepwise.bearer.wrong"))) {
      assertThatThrownBy(() -> open(builder, new Listener()))
          .hasCauseInstanceOf(WebSocketHandshakeException.class)
          .extracting(e -> ((WebSocketHandshakeException) e.getCause()).getResponse().statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void everyGenerationOfAWebsocketCountsAsARequest() throws InterruptedException {
    Listener listener = new Listener();
    WebSocket socket = open(builder().header("Authorization", "Bearer " + KEY + "2"), listener);
    socket.sendText("{\"type\": \"generate\", \"id\": \"second\"}", true).join();
    ServiceProbe.complete(service.expectGenerate());
    assertThat(listener.next()).contains("\"id\":\"second\"");

    socket.sendText("{\"type\": \"generate\", \"id\": \"third\"}", true).join();

    String error = listener.next();
    while (!error.contains("\"id\":\"third\"")) {
      error = listener.next();
    }
    assertThat(error)
        .contains("\"type\":\"error\"", "\"code\":\"rate_limit_exceeded\"", "\"retry_after\":");
    socket.abort();
  }

  private static WebSocket.Builder builder() {
    return HttpClient.newHttpClient().newWebSocketBuilder();
  }

  private WebSocket open(WebSocket.Builder builder, Listener listener) {
    return builder.buildAsync(server.uri("ws", "/v1/stream"), listener).join();
  }

  /** Keeps the texts that the server sends. */
  private static final class Listener implements WebSocket.Listener {

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

    String next() throws InterruptedException {
      String text = texts.poll(20, TimeUnit.SECONDS);
      assertThat(text).isNotNull();
      return text;
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      texts.add(data.toString());
      socket.request(1);
      return null;
    }
  }
}
