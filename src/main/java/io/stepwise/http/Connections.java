package io.stepwise.http;

import io.stepwise.telemetry.Meters;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.Done;

/**
 * The open connections of a server, websockets among them, and how they are closed when it stops.
 * Thread safe.
 */
final class Connections {

  /** One connection. Both methods return at once and may be called at any time. */
  interface Connection {

    /** Has the connection closed when what was accepted on it is finished and sent. */
    void finish();

    /** Has the connection closed as it is. */
    void breakOff();
  }

  private final Set<Connection> open = new HashSet<>();
  private final Set<Connection> sockets = new HashSet<>();
  private final CompletableFuture<Done> closed = new CompletableFuture<>();
  private final Meters meters;
  private boolean closing;

  /**
   * Begins without any.
   *
   * @param meters told of websockets
   */
  Connections(Meters meters) {
    this.meters = meters;
  }

  /**
   * Has each connection closed after its last answer; completes when that is done or time is up.
   */
  synchronized CompletionStage<Done> close(Duration grace) {
    closing = true;
    all().forEach(Connection::finish);
    completeWhenClosed();
    return closed
        .copy()
        .completeOnTimeout(Done.getInstance(), grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Closes the websockets that are still open; the server itself breaks off the rest. */
  synchronized void breakOffSockets() {
    sockets.forEach(Connection::breakOff);
  }

  /** Returns how many websockets are open. */
  synchronized int sockets() {
    return sockets.size();
  }

  synchronized void add(Connection connection) {
    add(open, connection);
  }

  synchronized void addSocket(Connection connection) {
    meters.websocketOpened();
    add(sockets, connection);
  }

  synchronized void remove(Connection connection) {
    open.remove(connection);
    if (sockets.remove(connection)) {
      meters.websocketClosed();
    }
    completeWhenClosed();
  }

  private void add(Set<Connection> connections, Connection connection) {
    connections.add(connection);
    if (closing) {
      connection.finish();
    }
  }

  private List<Connection> all() {
    return Stream.concat(open.stream(), sockets.stream()).toList();
  }

  private void completeWhenClosed() {
    if (closing && open.isEmpty() && sockets.isEmpty()) {
      closed.complete(Done.getInstance());
    }
  }
}
