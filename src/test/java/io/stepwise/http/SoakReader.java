package io.stepwise.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A client that asks for one image after the other and counts what it gets. */
final class SoakReader implements WebSocket.Listener {

  private final LongConsumer intervals;
  private final String kib;
  private final AtomicInteger steps = new AtomicInteger();
  private final AtomicInteger images = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicInteger problems = new AtomicInteger();
  private final AtomicLong lastStep = new AtomicLong();
  private final StringBuilder text = new StringBuilder();
  private final WebSocket socket;
  private volatile boolean isDone;

  /**
   * Opens a websocket.
   *
   * @param kib size of the files that it asks for
   * @param intervals told of the times between the steps that arrive, in nanoseconds
   */
  SoakReader(HttpClient client, URI uri, String kib, LongConsumer intervals) {
    this.intervals = intervals;
    this.kib = kib;
    this.socket =
        client.newWebSocketBuilder().buildAsync(uri, this).orTimeout(60, TimeUnit.SECONDS).join();
    order();
  }

  int steps() {
    return steps.get();
  }

  int images() {
    return images.get();
  }

  /** Returns how many generations have ended as they should. */
  int ended() {
    return ended.get();
  }

  int problems() {
    return problems.get();
  }

  /** Asks for nothing more when the generation that runs has ended. */
  void finish() {
    isDone = true;
  }

  void close() {
    socket.abort();
  }

  private void order() {
    lastStep.set(0);
    CompletableFuture<WebSocket> unused =
        socket.sendText("{\"type\": \"generate\", \"prompt\": \"" + kib + "\"}", true);
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      take(text.substring(0, Math.min(text.length(), 20)));
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  private void take(String start) {
    if (start.startsWith("{\"type\":\"step\"")) {
      steps.incrementAndGet();
      long now = System.nanoTime();
      long before = lastStep.getAndSet(now);
      if (before != 0) {
        intervals.accept(now - before);
      }
    } else if (start.startsWith("{\"type\":\"image\"")) {
      images.incrementAndGet();
    } else if (start.startsWith("{\"type\":\"done\"")) {
      ended.incrementAndGet();
      if (!isDone) {
        order();
      }
    } else if (start.startsWith("{\"type\":\"error\"")) {
      problems.incrementAndGet();
    }
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    from.request(1);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    problems.incrementAndGet();
  }
}
