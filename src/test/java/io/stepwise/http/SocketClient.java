package io.stepwise.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An independent client of websockets, which reads no further while it is paused. */
final class SocketClient implements AutoCloseable, WebSocket.Listener {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * What the server said.
   *
   * @param png the frame behind it; empty if there is none
   */
  record Message(JsonNode json, byte[] png) {

    String type() {
      return json.path("type").asText();
    }

    String id() {
      return json.path("id").asText();
    }

    String text(String field) {
      return json.path(field).asText();
    }

    int number(String field) {
      return json.path(field).asInt();
    }

    String code() {
      return json.at("/error/code").asText();
    }

    String errorMessage() {
      return json.at("/error/message").asText();
    }
  }

  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
  private final boolean isPaused;
  private JsonNode announced = JSON.nullNode();
  private WebSocket socket;

  private SocketClient(boolean isPaused) {
    this.isPaused = isPaused;
  }

  /** Opens a websocket; one of no origin is no browser's. */
  static SocketClient open(URI uri, String origin) {
    return open(uri, origin, false);
  }

  /** Opens a websocket that reads nothing until it is resumed. */
  static SocketClient openPaused(URI uri) {
    return open(uri, "", true);
  }

  private static SocketClient open(URI uri, String origin, boolean isPaused) {
    SocketClient client = new SocketClient(isPaused);
    WebSocket.Builder builder = CLIENT.newWebSocketBuilder();
    if (!origin.isEmpty()) {
      builder.header("Origin", origin);
    }
    client.socket = builder.buildAsync(uri, client).orTimeout(30, TimeUnit.SECONDS).join();
    return client;
  }

  SocketClient send(String json) {
    socket.sendText(json, true).orTimeout(30, TimeUnit.SECONDS).join();
    return this;
  }

  /** Sends a part of a text that the server may not want. */
  void sendAnyway(String part, boolean isLast) {
    CompletableFuture<WebSocket> unused = socket.sendText(part, isLast);
  }

  /** Sends a binary message, which the server does not want. */
  void sendBinary(byte[] data) {
    CompletableFuture<WebSocket> unused = socket.sendBinary(ByteBuffer.wrap(data), true);
  }

  WebSocket raw() {
    return socket;
  }

  /** Begins to read. */
  void resume() {
    socket.request(1);
  }

  /** Waits for the next message. */
  Message next() {
    try {
      Message message = messages.poll(20, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message; closed: " + closed.getNow(null));
      }
      return message;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a message of a type and passes over those before it. */
  Message next(String type) {
    Message message = next();
    while (!message.type().equals(type)) {
      message = next();
    }
    return message;
  }

  /** Returns how many messages have come and were not looked at. */
  int unread() {
    return messages.size();
  }

  /** Waits for the end and returns its close code, -1 if the connection broke. */
  int closeCode() {
    return closed.orTimeout(20, TimeUnit.SECONDS).join();
  }

  /** Breaks the connection off. */
  void abort() {
    socket.abort();
  }

  @Override
  public void close() {
    socket.abort();
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (!isPaused) {
      opened.request(1);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      JsonNode json = parse(text.toString());
      text.setLength(0);
      if (json.has("bytes")) {
        announced = json;
      } else {
        messages.add(new Message(json, new byte[0]));
      }
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] part = new byte[data.remaining()];
    data.get(part);
    binary.writeBytes(part);
    if (last) {
      messages.add(new Message(announced, binary.toByteArray()));
      binary.reset();
      announced = JSON.nullNode();
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
    closed.complete(statusCode);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(-1);
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(json, e);
    }
  }
}
