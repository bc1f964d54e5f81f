package io.stepwise.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * What was measured at one load so far. Any thread may add to it and read from it; it takes no more
 * memory the longer it runs.
 *
 * <p>Latencies are those of requests that succeeded. A failed request has none, it counts as an
 * error and as a miss of the goal; one that the client cancelled counts as neither.
 */
final class Measurements {

  private static final int DIGITS = 3;
  private static final long NANOS_PER_MICRO = 1000;
  private static final double[] TAIL = {99.5, 99.9, 99.99, 100};

  private final long startNanos;
  private final Map<Integer, Duration> goals;
  private final Histogram latency = new Histogram(DIGITS);
  private final SortedMap<Integer, Histogram> latencyBySteps = new TreeMap<>();
  private final Histogram firstPreview = new Histogram(DIGITS);
  private final Histogram previewGap = new Histogram(DIGITS);
  private final Histogram queue = new Histogram(DIGITS);
  private final Histogram cancel = new Histogram(DIGITS);
  private final Histogram sendLag = new Histogram(DIGITS);
  private final Histogram callbackDelay = new Histogram(DIGITS);
  private final Timeline timeline = new Timeline();
  private final Map<String, Long> errors = new TreeMap<>();
  private final Map<String, String> messages = new LinkedHashMap<>();
  private long sent;
  private long succeeded;
  private long failed;
  private long cancelled;
  private long unfinished;
  private long images;
  private long imageSteps;
  private long failedImages;
  private long judged;
  private long good;
  private long goodImages;
  private long lastEndNanos;

  /**
   * Begins to measure.
   *
   * @param startNanos when the load begins, by the clock
   * @param goals latency within which a request is good, by steps; a request of other steps is not
   *     judged
   */
  Measurements(long startNanos, Map<Integer, Duration> goals) {
    this.startNanos = startNanos;
    this.goals = Map.copyOf(goals);
    this.lastEndNanos = startNanos;
  }

  /**
   * A request is about to be sent.
   *
   * @param lagNanos how late it is
   */
  synchronized void onSend(long intendedNanos, long lagNanos) {
    sent++;
    timeline.arrival(intendedNanos - startNanos);
    record(sendLag, lagNanos);
  }

  synchronized void onFirstPreview(long sinceIntendedNanos) {
    record(firstPreview, sinceIntendedNanos);
  }

  /** Two previews of one image came so far apart. */
  synchronized void onPreviewGap(long nanos) {
    record(previewGap, nanos);
  }

  /** An event of this client waited so long for a thread of it. */
  synchronized void onCallbackDelay(long nanos) {
    record(callbackDelay, nanos);
  }

  /** A request ended. */
  synchronized void onEnd(Sample sample) {
    lastEndNanos = Math.max(lastEndNanos, sample.endNanos());
    images += sample.images();
    imageSteps += sample.imageSteps();
    failedImages += sample.failedImages();
    switch (sample.ending().kind()) {
      case SUCCEEDED -> onSuccess(sample);
      case FAILED -> onFailure(sample);
      case CANCELLED -> {
        cancelled++;
        if (sample.cancelNanos() != Sample.UNKNOWN) {
          record(cancel, sample.endNanos() - sample.cancelNanos());
        }
      }
      case UNFINISHED -> unfinished++;
    }
  }

  private void onSuccess(Sample sample) {
    succeeded++;
    int steps = sample.request().steps();
    record(latency, sample.latencyNanos());
    record(
        latencyBySteps.computeIfAbsent(steps, any -> new Histogram(DIGITS)), sample.latencyNanos());
    if (sample.queueMillis() != Sample.UNKNOWN) {
      record(queue, Math.round(sample.queueMillis() * 1e6));
    }
    timeline.completion(sample.intendedNanos() - startNanos, sample.endNanos() - startNanos);
    Duration goal = goals.get(steps);
    if (goal != null) {
      judged++;
      boolean isGood = sample.latencyNanos() <= goal.toNanos();
      good += isGood ? 1 : 0;
      goodImages += isGood ? sample.images() : 0;
    }
  }

  private void onFailure(Sample sample) {
    failed++;
    judged += goals.containsKey(sample.request().steps()) ? 1 : 0;
    Ending ending = sample.ending();
    errors.merge(ending.error(), 1L, Long::sum);
    messages.putIfAbsent(ending.error(), ending.message());
    timeline.failure(sample.endNanos() - startNanos);
  }

  private static void record(Histogram micros, long nanos) {
    micros.recordValue(Math.max(0, nanos) / NANOS_PER_MICRO);
  }

  /** Returns where the load test stands. */
  synchronized LoadProgress progress(long now, int inFlight) {
    return new LoadProgress(
        Duration.ofNanos(now - startNanos),
        sent,
        inFlight,
        succeeded,
        failed,
        Distribution.of(latency));
  }

  /** Returns the first error with what the server said about it, or nothing. */
  synchronized List<String> firstError() {
    return messages.entrySet().stream()
        .map(e -> e.getValue().isEmpty() ? e.getKey() : e.getKey() + ": " + e.getValue())
        .limit(1)
        .toList();
  }

  /** Returns the latency of half the requests of each step count, by steps. */
  synchronized Map<Integer, Duration> medians() {
    Map<Integer, Duration> medians = new TreeMap<>();
    latencyBySteps.forEach(
        (steps, micros) ->
            medians.put(steps, Duration.ofNanos(micros.getValueAtPercentile(50) * 1000)));
    return medians;
  }

  /**
   * Returns the figures.
   *
   * @param load how the server was pressed
   * @param sending for how long requests were sent
   * @param interrupted whether the test was stopped before its end
   * @param mostInFlight largest number of requests in flight at once
   * @param server asked last for what the server measured
   */
  RunReport report(
      Load load,
      Duration sending,
      boolean interrupted,
      int mostInFlight,
      Supplier<ServerMetrics> server) {
    ServerMetrics metrics = server.get();
    synchronized (this) {
      double sendingSeconds = sending.toNanos() / 1e9;
      double seconds = Math.max(sendingSeconds, (lastEndNanos - startNanos) / 1e9);
      RunReport.Requests requests =
          new RunReport.Requests(sent, succeeded, failed, cancelled, unfinished);
      RunReport.Figures figures =
          new RunReport.Figures(
              sent / sendingSeconds,
              succeeded / seconds,
              images / seconds,
              imageSteps / seconds,
              images,
              imageSteps,
              failedImages);
      RunReport.Client client =
          new RunReport.Client(
              Distribution.of(sendLag), Distribution.of(callbackDelay), mostInFlight);
      RunReport report =
          new RunReport(
              load,
              seconds,
              interrupted,
              requests,
              figures,
              goodput(seconds),
              Map.copyOf(errors),
              latencies(),
              client,
              metrics,
              List.of(),
              timeline.intervals(),
              curves());
      return report.withWarnings(Warnings.of(report));
    }
  }

  private RunReport.Goodput goodput(double seconds) {
    Map<String, Double> goalsMs = new LinkedHashMap<>();
    new TreeMap<>(goals)
        .forEach((steps, goal) -> goalsMs.put(StepMix.name(steps), goal.toNanos() / 1e6));
    double attainment = judged == 0 ? 0 : (double) good / judged;
    return new RunReport.Goodput(goalsMs, attainment, good / seconds, goodImages / seconds);
  }

  private RunReport.Latencies latencies() {
    Map<String, Distribution> bySteps = new LinkedHashMap<>();
    latencyBySteps.forEach(
        (steps, micros) -> bySteps.put(StepMix.name(steps), Distribution.of(micros)));
    return new RunReport.Latencies(
        Distribution.of(latency),
        bySteps,
        Distribution.of(firstPreview),
        Distribution.of(previewGap),
        Distribution.of(queue),
        Distribution.of(cancel));
  }

  private Map<String, List<RunReport.Point>> curves() {
    Map<String, List<RunReport.Point>> curves = new LinkedHashMap<>();
    if (succeeded > 0) {
      curves.put("all", curve(latency));
    }
    if (latencyBySteps.size() > 1) {
      latencyBySteps.forEach((steps, micros) -> curves.put(StepMix.name(steps), curve(micros)));
    }
    return curves;
  }

  private static List<RunReport.Point> curve(Histogram micros) {
    List<RunReport.Point> points = new ArrayList<>();
    for (int percentile = 0; percentile < 100; percentile++) {
      points.add(point(micros, percentile));
    }
    for (double percentile : TAIL) {
      points.add(point(micros, percentile));
    }
    return points;
  }

  private static RunReport.Point point(Histogram micros, double percentile) {
    return new RunReport.Point(micros.getValueAtPercentile(percentile) / 1e3, percentile / 100);
  }
}
