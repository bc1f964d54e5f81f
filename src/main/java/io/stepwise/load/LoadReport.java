package io.stepwise.load;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What came of a load test.
 *
 * @param started when it began
 * @param options what was tested
 * @param unloadedMs latency of half the requests that were sent alone, by steps; empty without any
 * @param runs what came of each load, in order
 */
public record LoadReport(
    Instant started, LoadOptions options, Map<String, Double> unloadedMs, List<RunReport> runs) {

  /** Copies the runs. */
  public LoadReport {
    runs = List.copyOf(runs);
  }

  /** Returns whether any request was answered well. */
  public boolean anySucceeded() {
    return runs.stream().anyMatch(run -> run.requests().succeeded() > 0);
  }
}
