package io.stepwise.load;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Asks a server again and again for what it need not wait for: how long that takes is the way there
 * and back on this machine just now.
 */
final class RoundTrips implements AutoCloseable {

  private static final int PERIOD_MILLIS = 25;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final LongAdder nanos = new LongAdder();
  private final LongAdder count = new LongAdder();

  RoundTrips(String url) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/models")).build();
    ScheduledFuture<?> ignored =
        timer.scheduleAtFixedRate(() -> ask(request), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void ask(HttpRequest request) {
    long sent = System.nanoTime();
    CompletableFuture<?> ignored =
        client
            .sendAsync(request, BodyHandlers.ofByteArray())
            .thenAccept(
                answer -> {
                  nanos.add(System.nanoTime() - sent);
                  count.increment();
                });
  }

  double meanMillis() {
    return nanos.sum() / 1e6 / count.sum();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
