package io.stepwise.load;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The requests that were sent and have not ended. */
final class InFlight {

  private final int limit;
  private final Set<Exchange> exchanges = new HashSet<>();
  private int most;

  /**
   * Makes an empty set.
   *
   * @param limit how many there may be
   */
  InFlight(int limit) {
    this.limit = limit;
  }

  /** Adds one unless there are as many as allowed. */
  synchronized boolean add(Exchange exchange) {
    if (exchanges.size() >= limit) {
      return false;
    }
    exchanges.add(exchange);
    most = Math.max(most, exchanges.size());
    return true;
  }

  /** Removes one that has ended. */
  synchronized void remove(Exchange exchange) {
    exchanges.remove(exchange);
    if (exchanges.isEmpty()) {
      notifyAll();
    }
  }

  synchronized int count() {
    return exchanges.size();
  }

  /** Returns the largest number that there was at once. */
  synchronized int most() {
    return most;
  }

  /** Waits until there is none. */
  synchronized void awaitNone() throws InterruptedException {
    while (!exchanges.isEmpty()) {
      wait();
    }
  }

  /** Gives up all there are. */
  void giveUp(Ending ending) {
    List<Exchange> all;
    synchronized (this) {
      all = List.copyOf(exchanges);
    }
    all.forEach(exchange -> exchange.giveUp(ending));
  }
}
