package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class MeasurementsTest {

  private static final long MILLI = 1_000_000;
  private static final Percentage DIGITS = Percentage.withPercentage(0.11);
  private static final Load LOAD = new Load.Open(10, 1);

  private final Measurements measurements =
      new Measurements(0, Map.of(10, Duration.ofMillis(100), 50, Duration.ofMillis(400)));

  private void end(int steps, long intendedMillis, long endMillis, Ending ending, int images) {
    measurements.onSend(intendedMillis * MILLI, 0);
    measurements.onEnd(
        new Sample(
            new PlannedRequest(0, 0, steps, null, 0, null),
            intendedMillis * MILLI,
            endMillis * MILLI,
            ending,
            images,
            (long) images * steps,
            0,
            Sample.UNKNOWN,
            Sample.UNKNOWN));
  }

  private RunReport report(int seconds) {
    return measurements.report(
        LOAD, Duration.ofSeconds(seconds), false, 1, () -> ServerMetrics.NONE);
  }

  @Test
  void percentilesAreThoseOfTheLatencies() {
    for (int i = 1; i <= 1000; i++) {
      end(10, i, 2L * i, Ending.SUCCEEDED, 1);
    }

    Distribution latency = report(2).latencies().totalMs();

    assertThat(latency.count()).isEqualTo(1000);
    assertThat(latency.mean()).isCloseTo(500.5, DIGITS);
    assertThat(latency.p50()).isCloseTo(500, DIGITS);
    assertThat(latency.p90()).isCloseTo(900, DIGITS);
    assertThat(latency.p95()).isCloseTo(950, DIGITS);
    assertThat(latency.p99()).isCloseTo(990, DIGITS);
    assertThat(latency.p999()).isCloseTo(999, DIGITS);
    assertThat(latency.max()).isCloseTo(1000, DIGITS);
  }

  @Test
  void goodputCountsWhatCameWithinTheGoalOfItsSteps() {
    end(10, 0, 100, Ending.SUCCEEDED, 2); // just good
    end(10, 0, 101, Ending.SUCCEEDED, 2);
    end(50, 0, 400, Ending.SUCCEEDED, 3); // just good
    end(50, 0, 50, Ending.failed("HTTP 429 queue_full", ""), 0);
    end(50, 0, 50, Ending.CANCELLED, 0);
    end(50, 0, 50, Ending.UNFINISHED, 0);

    RunReport report = report(4);

    assertThat(report.goodput())
        .isEqualTo(
            new RunReport.Goodput(new TreeMap<>(Map.of("10", 100.0, "50", 400.0)), 0.5, 0.5, 1.25));
    assertThat(report.requests()).isEqualTo(new RunReport.Requests(6, 3, 1, 1, 1));
    assertThat(report.errors()).containsExactly(Map.entry("HTTP 429 queue_full", 1L));
    assertThat(report.latencies().totalMs().count()).isEqualTo(3);
    assertThat(report.latencies().totalMsBySteps().get("10").count()).isEqualTo(2);
    assertThat(report.latencies().totalMsBySteps().get("50").count()).isEqualTo(1);
  }

  @Test
  void ratesAreByAllSecondsUntilTheLastAnswer() {
    for (int i = 0; i < 20; i++) {
      end(10, 100L * i, 4000, Ending.SUCCEEDED, 2);
    }

    RunReport.Figures figures = report(2).figures();

    assertThat(report(2).seconds()).isEqualTo(4);
    assertThat(figures.offeredPerSecond()).isEqualTo(10);
    assertThat(figures.requestsPerSecond()).isEqualTo(5);
    assertThat(figures.imagesPerSecond()).isEqualTo(10);
    assertThat(figures.imageStepsPerSecond()).isEqualTo(100);
  }

  @Test
  void timelineFollowsArrivalsAndEnds() {
    end(10, 100, 200, Ending.SUCCEEDED, 1);
    end(10, 200, 1700, Ending.SUCCEEDED, 1);
    end(10, 600, 700, Ending.failed("timeout", ""), 0);

    RunReport report = report(2);

    assertThat(report.timeline()).hasSize(4);
    assertThat(report.timeline()).extracting(Interval::arrivals).containsExactly(2L, 1L, 0L, 0L);
    assertThat(report.timeline()).extracting(Interval::completions).containsExactly(1L, 0L, 0L, 1L);
    assertThat(report.timeline()).extracting(Interval::failures).containsExactly(0L, 1L, 0L, 0L);
    assertThat(report.timeline().get(0).maxMs()).isCloseTo(1500, Percentage.withPercentage(1));
    assertThat(report.timeline().get(1).maxMs()).isZero();
    assertThat(report.timeline().get(3).startSeconds()).isCloseTo(1.5, within(1e-9));
  }

  @Test
  void curvesRiseFromTheShortestToTheLongest() {
    end(10, 0, 10, Ending.SUCCEEDED, 1);
    end(50, 0, 90, Ending.SUCCEEDED, 1);

    Map<String, java.util.List<RunReport.Point>> curves = report(1).curves();

    assertThat(curves).containsOnlyKeys("all", "10", "50");
    assertThat(curves.get("all").get(0).ms()).isCloseTo(10, DIGITS);
    assertThat(curves.get("all").get(49).ms()).isCloseTo(10, DIGITS);
    assertThat(curves.get("all").get(51).ms()).isCloseTo(90, DIGITS);
    assertThat(curves.get("all").get(curves.get("all").size() - 1).share()).isEqualTo(1);
  }

  @Test
  void nothingMeasuredIsNothingReported() {
    RunReport report = report(1);

    assertThat(report.latencies().totalMs()).isEqualTo(new Distribution(0, 0, 0, 0, 0, 0, 0, 0));
    assertThat(report.goodput().attainment()).isZero();
    assertThat(report.curves()).isEmpty();
    assertThat(report.timeline()).isEmpty();
    assertThat(report.warnings()).isEmpty();
  }
}
