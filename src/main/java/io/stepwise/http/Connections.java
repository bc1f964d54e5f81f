package io.stepwise.http;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.stream.stage.AsyncCallback;

/** The open connections of a server, and how they are closed when it stops. Thread safe. */
final class Connections {

  private final Set<AsyncCallback<Done>> open = new HashSet<>();
  private final CompletableFuture<Done> closed = new CompletableFuture<>();
  private boolean closing;

  /**
   * Has each connection closed after its last answer; completes when that is done or time is up.
   */
  synchronized CompletionStage<Done> close(Duration grace) {
    closing = true;
    open.forEach(connection -> connection.invoke(Done.getInstance()));
    completeWhenClosed();
    return closed
        .copy()
        .completeOnTimeout(Done.getInstance(), grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized void add(AsyncCallback<Done> connection) {
    open.add(connection);
    if (closing) {
      connection.invoke(Done.getInstance());
    }
  }

  synchronized void remove(AsyncCallback<Done> connection) {
    open.remove(connection);
    completeWhenClosed();
  }

  private void completeWhenClosed() {
    if (closing && open.isEmpty()) {
      closed.complete(Done.getInstance());
    }
  }
}
