package io.stepwise.load;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.HdrHistogram.AbstractHistogram;

/**
 * Durations in milliseconds, to three significant digits: count, mean and percentiles. All are 0 if
 * there are none.
 *
 * @param count how many there are
 * @param mean their mean
 * @param p50 what half of them do not exceed; the others likewise
 * @param max the longest
 */
public record Distribution(
    long count,
    double mean,
    double p50,
    double p90,
    double p95,
    double p99,
    @JsonProperty("p99.9") double p999,
    double max) {

  /** Returns what a histogram of microseconds holds. */
  static Distribution of(AbstractHistogram micros) {
    return new Distribution(
        micros.getTotalCount(),
        micros.getTotalCount() == 0 ? 0 : micros.getMean() / 1e3,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(95) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3);
  }
}
