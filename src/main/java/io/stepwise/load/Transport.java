package io.stepwise.load;

/** A way to ask the server for images. Its methods return at once, on whatever thread. */
interface Transport extends AutoCloseable {

  /** Sends a request and tells the exchange what comes of it; every exchange ends sometime. */
  void send(Exchange exchange);

  /** Asks the server to cancel a request; the exchange ends when the server has. */
  void cancel(Exchange exchange);

  /** Closes the connections. */
  @Override
  void close();
}
