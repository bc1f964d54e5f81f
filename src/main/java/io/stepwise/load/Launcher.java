package io.stepwise.load;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/** Puts requests on their way, each with its timeout and, where it is planned, its cancel. */
final class Launcher {

  private final Transport transport;
  private final LoadClock clock;
  private final Alarm alarm;
  private final Measurements measurements;
  private final InFlight inFlight;
  private final Duration timeout;
  private final Map<Integer, Duration> unloaded;

  /**
   * Makes a launcher.
   *
   * @param timeout after which a request is given up, counted from when it should be sent
   * @param unloaded the time in which a request is cancelled where that is planned, by steps
   */
  Launcher(
      Transport transport,
      LoadClock clock,
      Alarm alarm,
      Measurements measurements,
      InFlight inFlight,
      Duration timeout,
      Map<Integer, Duration> unloaded) {
    this.transport = transport;
    this.clock = clock;
    this.alarm = alarm;
    this.measurements = measurements;
    this.inFlight = inFlight;
    this.timeout = timeout;
    this.unloaded = Map.copyOf(unloaded);
  }

  /**
   * Sends a request now.
   *
   * @param intendedNanos when it should be sent
   * @param afterwards hears how it ended, once
   */
  void launch(PlannedRequest request, long intendedNanos, Consumer<Ending> afterwards) {
    Flight flight = new Flight(afterwards);
    Exchange exchange = new Exchange(request, intendedNanos, clock, measurements, flight::onEnd);
    flight.exchange = exchange;
    long lag = clock.nanos() - intendedNanos;
    measurements.onSend(intendedNanos, lag);
    if (!inFlight.add(exchange)) {
      exchange.end(Ending.NOT_SENT);
      return;
    }
    flight.setAlarm(timeout.toNanos() - lag, () -> exchange.giveUp(Ending.TIMED_OUT));
    transport.send(exchange);
    Duration alone = unloaded.get(request.steps());
    if (request.cancelAt() != null && alone != null) {
      long after = Math.round(request.cancelAt() * alone.toNanos());
      flight.setAlarm(after, () -> transport.cancel(exchange));
    }
  }

  /** What must be put away when an exchange ends. */
  private final class Flight {

    private final Consumer<Ending> afterwards;
    private Runnable unset = () -> {};
    private boolean ended;

    @SuppressWarnings("NullAway.Init") // set right after the exchange is made, before it is sent
    private Exchange exchange;

    Flight(Consumer<Ending> afterwards) {
      this.afterwards = afterwards;
    }

    synchronized void setAlarm(long delayNanos, Runnable action) {
      if (ended) {
        return;
      }
      Runnable earlier = unset;
      Runnable now = alarm.set(delayNanos, action);
      unset =
          () -> {
            earlier.run();
            now.run();
          };
    }

    void onEnd(Ending ending) {
      synchronized (this) {
        ended = true;
        unset.run();
      }
      inFlight.remove(exchange);
      afterwards.accept(ending);
    }
  }
}
