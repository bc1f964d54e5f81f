package io.stepwise.load;

import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Asks over websockets at {@code /v1/stream}: over a fixed number of them in turn, or over an idle
 * one for each request, of which new ones are opened as needed.
 */
final class SocketTransport implements Transport {

  private final HttpClient client;
  private final Target target;
  private final RequestJson json;
  private final List<Socket> shared = new ArrayList<>();
  private final Deque<Socket> idle = new ArrayDeque<>();
  private final List<Socket> open = new ArrayList<>();
  private int next;
  private boolean closed;

  SocketTransport(HttpClient client, Target target, RequestJson json) {
    this.client = client;
    this.target = target;
    this.json = json;
  }

  /** Opens the shared sockets, if there are to be any, and waits until they are open. */
  void openShared() {
    synchronized (this) {
      for (int i = 0; i < target.sockets(); i++) {
        shared.add(connect());
      }
    }
    CompletableFuture.allOf(
            shared.stream().map(Socket::opened).toArray(CompletableFuture<?>[]::new))
        .exceptionally(failure -> null)
        .join();
  }

  @Override
  public void send(Exchange exchange) {
    Socket socket = take();
    String id = json.id(exchange.request());
    exchange.onAbort(() -> giveUp(socket, id));
    socket.send(id, exchange, json.message(exchange.request()).toString());
  }

  @Override
  public void cancel(Exchange exchange) {
    Socket socket;
    String id = json.id(exchange.request());
    synchronized (this) {
      socket = open.stream().filter(one -> one.carries(id)).findFirst().orElse(null);
    }
    if (socket != null && exchange.cancelRequested()) {
      socket.cancel(id);
    }
  }

  @Override
  public void close() {
    List<Socket> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(open);
    }
    all.forEach(Socket::abort);
  }

  private synchronized Socket take() {
    if (target.sockets() == 0) {
      Socket socket = idle.pollFirst();
      return socket == null ? connect() : socket;
    }
    int index = next++ % shared.size();
    if (shared.get(index).isClosed()) {
      shared.set(index, connect());
    }
    return shared.get(index);
  }

  private Socket connect() {
    Socket socket = new Socket(this::onIdle, this::onClosed);
    open.add(socket);
    WebSocket.Builder builder = client.newWebSocketBuilder();
    ApiKey key = target.apiKey();
    if (key != null) {
      builder.header("Authorization", key.authorization());
    }
    socket.connect(builder.buildAsync(target.socket("/v1/stream"), socket));
    return socket;
  }

  private synchronized void onIdle(Socket socket) {
    if (target.sockets() == 0 && !closed && open.contains(socket)) {
      idle.addFirst(socket);
    }
  }

  private synchronized void onClosed(Socket socket) {
    open.remove(socket);
    idle.remove(socket);
  }

  /** Gives up a request: its own socket is closed, a shared one lives on. */
  private void giveUp(Socket socket, String id) {
    if (target.sockets() == 0) {
      socket.abort();
    } else {
      socket.cancel(id);
      socket.forget(id);
    }
  }
}
