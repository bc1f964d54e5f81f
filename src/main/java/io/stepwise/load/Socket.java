package io.stepwise.load;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One websocket with the requests on it. What is to be sent waits until the socket is open and the
 * message before is sent, in order.
 */
final class Socket implements WebSocket.Listener {

  private final Consumer<Socket> onIdle;
  private final Consumer<Socket> onClosed;
  private final Map<String, Exchange> exchanges = new HashMap<>();
  private final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private CompletableFuture<WebSocket> lastSent = opened;
  private Runnable afterBinary = () -> {};
  private boolean closed;

  /**
   * Makes a socket that is not connected.
   *
   * @param onIdle hears when its last request ended
   * @param onClosed hears when it is closed, perhaps more than once
   */
  Socket(Consumer<Socket> onIdle, Consumer<Socket> onClosed) {
    this.onIdle = onIdle;
    this.onClosed = onClosed;
  }

  /** Takes the connection when it is there. */
  void connect(CompletableFuture<WebSocket> connection) {
    CompletableFuture<?> ignored =
        connection.whenComplete(
            (socket, failure) -> {
              if (failure == null) {
                opened.complete(socket);
              } else {
                opened.completeExceptionally(failure);
                fail(failure);
              }
            });
  }

  /** Returns when the socket is open, or with the failure. */
  CompletableFuture<WebSocket> opened() {
    return opened;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Returns whether a request of this id is on it. */
  synchronized boolean carries(String id) {
    return exchanges.containsKey(id);
  }

  /** Sends a request; the exchange hears of all that comes with its id. */
  void send(String id, Exchange exchange, String message) {
    boolean late;
    synchronized (this) {
      late = closed;
      exchanges.put(id, exchange);
    }
    if (late) {
      fail(new IOException("closed by the server"));
    } else {
      send(message);
    }
  }

  /** Asks to cancel a request. */
  void cancel(String id) {
    send(Json.object().put("type", "cancel").put("id", id).toString());
  }

  /** Ignores whatever else comes for a request. */
  synchronized void forget(String id) {
    exchanges.remove(id);
  }

  /** Closes the connection at once; its requests fail. */
  void abort() {
    CompletableFuture<?> ignored = opened.thenAccept(WebSocket::abort);
    fail(new IOException("closed by this client"));
  }

  private synchronized void send(String message) {
    lastSent = lastSent.thenCompose(socket -> socket.sendText(message, true));
    CompletableFuture<?> ignored =
        lastSent.whenComplete(
            (socket, failure) -> {
              if (failure != null) {
                fail(failure);
              }
            });
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      JsonNode message = Json.parse(text.toString());
      text.setLength(0);
      onMessage(message);
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    if (last) {
      afterBinary.run();
      afterBinary = () -> {};
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
    fail(new IOException("closed by the server: " + status + " " + reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable failure) {
    fail(failure);
  }

  private void onMessage(JsonNode message) {
    String id = message.path("id").asText("");
    Exchange exchange;
    synchronized (this) {
      exchange = exchanges.get(id);
    }
    String type = message.path("type").asText("");
    if (exchange == null) {
      if (type.equals("error")) {
        endAll(AnswerJson.error("websocket", message.path("error")));
      }
      return;
    }
    switch (type) {
      case "step" -> {
        int image = message.path("index").asInt(0);
        afterBinary = () -> exchange.previewArrived(image);
      }
      case "image" -> afterBinary = exchange::imageArrived;
      case "image_failed" -> exchange.imageFailed();
      case "done" -> finish(id, () -> onDone(message, exchange));
      case "error" -> finish(id, () -> onRefusal(message.path("error"), exchange));
      default -> {} // a message of a newer server
    }
  }

  private static void onDone(JsonNode message, Exchange exchange) {
    AnswerJson.readUsage(message.path("usage"), exchange);
    switch (message.path("state").asText("")) {
      case "completed" -> exchange.complete();
      case "cancelled" -> exchange.cancelled();
      default -> exchange.end(Ending.failed("done without being completed", message.toString()));
    }
  }

  private static void onRefusal(JsonNode error, Exchange exchange) {
    if (AnswerJson.code(error).equals("cancelled")) {
      exchange.cancelled();
    } else {
      exchange.end(AnswerJson.error("websocket", error));
    }
  }

  /**
   * Takes a request off the socket before it ends, so that the next may have the socket at once.
   */
  private void finish(String id, Runnable end) {
    boolean isIdle;
    synchronized (this) {
      exchanges.remove(id);
      isIdle = exchanges.isEmpty() && !closed;
    }
    if (isIdle) {
      onIdle.accept(this);
    }
    end.run();
  }

  private void fail(Throwable failure) {
    synchronized (this) {
      closed = true;
    }
    onClosed.accept(this);
    endAll(ConnectionErrors.of(failure));
  }

  private void endAll(Ending ending) {
    List<Exchange> all;
    synchronized (this) {
      all = List.copyOf(exchanges.values());
      exchanges.clear();
    }
    all.forEach(exchange -> exchange.end(ending));
  }
}
