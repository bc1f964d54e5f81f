package io.stepwise.bench;

import io.stepwise.network.DenoisingModel;
import io.stepwise.sampling.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** The same requests under one policy at one load, on a service of its own. */
final class PolicyRun {

  private static final double NANOS_OF_MILLI = 1e6;
  private static final long LONGEST_NANOS = 3_600_000_000_000L;
  private static final int DIGITS = 3;

  private final String policy;
  private final double load;
  private final Map<Integer, Histogram> latencies = new TreeMap<>();

  /**
   * Plans a run.
   *
   * @param load part of what the device can compute that is asked for, 0 to 1
   */
  PolicyRun(String policy, double load) {
    this.policy = policy;
    this.load = load;
    Arrival.STEPS.forEach(
        steps -> latencies.put(steps, new ConcurrentHistogram(LONGEST_NANOS, DIGITS)));
  }

  String policy() {
    return policy;
  }

  double load() {
    return load;
  }

  /**
   * Sends each request in its time, whatever became of those before, and waits for all images.
   * Latency counts from the time at which a request should have been sent.
   *
   * @param gapNanos mean time between two requests
   */
  void run(DenoisingModel model, int batchSize, List<Arrival> arrivals, double gapNanos) {
    ServedModel served = ServedModel.of(model, 1, 1);
    try (MeasuredService service =
        MeasuredService.start(served, batchSize, IdleModel.NO_FILES, policy)) {
      service.generate(1, 1);
      List<CompletableFuture<Void>> answers = new ArrayList<>();
      long begin = System.nanoTime();
      for (Arrival arrival : arrivals) {
        long due = begin + (long) (arrival.at() * gapNanos);
        Timing.waitUntil(due);
        Histogram latency = latency(arrival.steps());
        answers.add(
            service
                .generateOne(arrival.steps(), answers.size())
                .thenRun(() -> latency.recordValue(System.nanoTime() - due))
                .toCompletableFuture());
      }
      answers.forEach(CompletableFuture::join);
    }
  }

  /** Returns the latency, in milliseconds, that so many percent of the requests had at most. */
  double millis(int steps, double percentile) {
    return latency(steps).getValueAtPercentile(percentile) / NANOS_OF_MILLI;
  }

  /**
   * Returns the part of the requests that were answered in time, 0 to 1.
   *
   * @param slo the time, as a multiple of the unloaded time
   * @param unloadedNanos what a request of so many steps takes alone
   */
  double attainment(double slo, Map<Integer, Long> unloadedNanos) {
    long good = 0;
    long all = 0;
    for (Map.Entry<Integer, Histogram> latency : latencies.entrySet()) {
      long goal = (long) (slo * Objects.requireNonNull(unloadedNanos.get(latency.getKey())));
      good += latency.getValue().getCountBetweenValues(0, goal);
      all += latency.getValue().getTotalCount();
    }
    return (double) good / all;
  }

  private Histogram latency(int steps) {
    return Objects.requireNonNull(latencies.get(steps));
  }
}
