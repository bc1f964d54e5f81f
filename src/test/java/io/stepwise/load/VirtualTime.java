package io.stepwise.load;

import java.util.Comparator;
import java.util.PriorityQueue;

/** A clock that jumps to whatever is due next, so that hours pass in no time and always alike. */
final class VirtualTime implements LoadClock, Alarm {

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::time).thenComparingLong(Event::number));
  private long now;
  private long oversleep;
  private long number;

  private record Event(long time, long number, Runnable action) {}

  @Override
  public long nanos() {
    return now;
  }

  @Override
  public boolean awaitNanos(long time) {
    advance(time + oversleep);
    return true;
  }

  @Override
  public Runnable set(long delayNanos, Runnable action) {
    Event event = new Event(now + delayNanos, number++, action);
    events.add(event);
    return () -> events.remove(event);
  }

  /** Lets every later wait last this much too long. */
  void oversleep(long nanos) {
    oversleep = nanos;
  }

  /** Does all that is due until nothing is. */
  void runOut() {
    while (!events.isEmpty()) {
      advance(events.peek().time());
    }
  }

  private void advance(long time) {
    while (!events.isEmpty() && events.peek().time() <= time) {
      Event event = events.poll();
      now = Math.max(now, event.time());
      event.action().run();
    }
    now = Math.max(now, time);
  }
}
