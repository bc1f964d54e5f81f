package io.stepwise.load;

import java.util.ArrayList;
import java.util.List;

/**
 * A server of virtual time that answers one request after the other, each after the same service.
 */
final class QueueServer implements Transport {

  private final VirtualTime time;
  private final long serviceNanos;
  private final List<Long> answers = new ArrayList<>();
  private long freeAt;

  QueueServer(VirtualTime time, long serviceNanos) {
    this.time = time;
    this.serviceNanos = serviceNanos;
  }

  /** Does nothing until this time. */
  void stallUntil(long nanos) {
    freeAt = Math.max(freeAt, nanos);
  }

  /** Returns when each request was answered, in the order of their arrival. */
  List<Long> answers() {
    return answers;
  }

  @Override
  public void send(Exchange exchange) {
    freeAt = Math.max(freeAt, time.nanos()) + serviceNanos;
    answers.add(freeAt);
    time.set(
        freeAt - time.nanos(),
        () -> {
          exchange.imageArrived();
          exchange.complete();
        });
  }

  @Override
  public void cancel(Exchange exchange) {
    if (exchange.cancelRequested()) {
      exchange.cancelled();
    }
  }

  @Override
  public void close() {}
}
