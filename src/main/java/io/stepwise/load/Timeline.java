package io.stepwise.load;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What happened when, in at most {@value #MAX_INTERVALS} intervals: whenever the test outgrows
 * them, two and two become one, so that a long test takes no more memory than a short one.
 */
final class Timeline {

  static final int MAX_INTERVALS = 120;
  private static final long FIRST_INTERVAL_NANOS = 500_000_000;
  private static final int DIGITS = 2;

  private final List<Slot> slots = new ArrayList<>();
  private long intervalNanos = FIRST_INTERVAL_NANOS;

  /** What happened in one interval. */
  private static final class Slot {
    private long arrivals;
    private long completions;
    private long failures;
    private final Histogram micros = new Histogram(DIGITS);

    private void add(Slot other) {
      arrivals += other.arrivals;
      completions += other.completions;
      failures += other.failures;
      micros.add(other.micros);
    }
  }

  /** A request should be sent at this time from the beginning. */
  void arrival(long nanos) {
    slot(nanos).arrivals++;
  }

  /** A request of this arrival was answered well. */
  void completion(long arrivalNanos, long endNanos) {
    slot(endNanos).completions++;
    slot(arrivalNanos).micros.recordValue((endNanos - arrivalNanos) / 1000);
  }

  /** A request failed at this time. */
  void failure(long nanos) {
    slot(nanos).failures++;
  }

  /** Returns the intervals up to the last in which anything happened. */
  List<Interval> intervals() {
    List<Interval> intervals = new ArrayList<>();
    double seconds = intervalNanos / 1e9;
    for (Slot slot : slots) {
      intervals.add(
          new Interval(
              intervals.size() * seconds,
              seconds,
              slot.arrivals,
              slot.completions,
              slot.failures,
              slot.micros.getValueAtPercentile(50) / 1e3,
              slot.micros.getValueAtPercentile(99) / 1e3,
              slot.micros.getMaxValue() / 1e3));
    }
    return intervals;
  }

  private Slot slot(long nanos) {
    while (nanos / intervalNanos >= MAX_INTERVALS) {
      halve();
    }
    int index = (int) (nanos / intervalNanos);
    while (slots.size() <= index) {
      slots.add(new Slot());
    }
    return slots.get(index);
  }

  private void halve() {
    List<Slot> merged = new ArrayList<>();
    for (int i = 0; i < slots.size(); i += 2) {
      Slot slot = slots.get(i);
      if (i + 1 < slots.size()) {
        slot.add(slots.get(i + 1));
      }
      merged.add(slot);
    }
    slots.clear();
    slots.addAll(merged);
    intervalNanos *= 2;
  }
}
