package io.stepwise.load;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** Whole loads in virtual time, against closed forms. */
final class OpenLoopTest {

  private static final long SERVICE = MILLISECONDS.toNanos(50);
  private static final Percentage PRECISION = Percentage.withPercentage(0.15);

  private final VirtualTime time = new VirtualTime();
  private final QueueServer server = new QueueServer(time, SERVICE);
  private final InFlight inFlight = new InFlight(1_000_000);

  private RunReport run(Load.Open load, Duration duration, RequestOptions options) {
    return run(load, duration, options, Duration.ofDays(1), Map.of());
  }

  private RunReport run(
      Load.Open load,
      Duration duration,
      RequestOptions options,
      Duration timeout,
      Map<Integer, Duration> unloaded) {
    Measurements measurements = new Measurements(0, unloaded);
    Launcher launcher = new Launcher(server, time, time, measurements, inFlight, timeout, unloaded);
    RequestSequence sequence = RequestSequence.of(options, load, 1);
    new OpenLoop(sequence, 0, duration.toNanos(), time, launcher, new AtomicBoolean()).run();
    time.runOut();
    return measurements.report(load, duration, false, inFlight.most(), () -> ServerMetrics.NONE);
  }

  @Test
  void latenciesOfQueueWithConstantServiceAreThoseOfTheClosedForm() {
    double utilization = 0.7;
    Load.Open load = new Load.Open(utilization / 0.05, 1);

    RunReport report = run(load, Duration.ofHours(2), Asked.once());

    // Pollaczek and Khinchine: an M/D/1 queue waits rho / (2 (1 - rho)) services on average.
    double mean = 50 * (1 + utilization / (2 * (1 - utilization)));
    assertThat(report.latencies().totalMs().mean()).isCloseTo(mean, Percentage.withPercentage(2));
    assertThat(report.figures().requestsPerSecond())
        .isCloseTo(load.rate(), Percentage.withPercentage(1));
    assertThat(report.warnings()).isEmpty();
  }

  @Test
  void everyLatencyIsWhatTheServerDidSinceTheIntendedTime() {
    Load.Open load = new Load.Open(15, 1);

    RunReport report = run(load, Duration.ofMinutes(10), Asked.once());

    RequestSequence sequence = RequestSequence.of(Asked.once(), load, 1);
    double[] truth =
        server.answers().stream()
            .mapToDouble(answer -> (answer - sequence.next().offsetNanos()) / 1e6)
            .sorted()
            .toArray();
    Distribution measured = report.latencies().totalMs();
    assertThat(measured.count()).isEqualTo(truth.length);
    assertThat(measured.p50()).isCloseTo(rank(truth, 50), PRECISION);
    assertThat(measured.p90()).isCloseTo(rank(truth, 90), PRECISION);
    assertThat(measured.p99()).isCloseTo(rank(truth, 99), PRECISION);
    assertThat(measured.p999()).isCloseTo(rank(truth, 99.9), PRECISION);
    assertThat(measured.max()).isCloseTo(truth[truth.length - 1], PRECISION);
  }

  private static double rank(double[] sorted, double percentile) {
    return sorted[(int) Math.ceil(percentile / 100 * sorted.length) - 1];
  }

  @Test
  void stallShowsInTheLatencyOfAllWhoShouldHaveBeenServed() {
    Load.Open load = new Load.Open(10, 10_000); // like clockwork
    time.set(SECONDS.toNanos(5), () -> server.stallUntil(SECONDS.toNanos(6)));

    RunReport report = run(load, Duration.ofSeconds(20), Asked.once());

    // Some 200 requests, of which the stall and the queue behind it delayed about 20.
    Distribution latency = report.latencies().totalMs();
    assertThat(latency.p50()).isCloseTo(50, within(1.0));
    assertThat(latency.p95()).isGreaterThan(400);
    assertThat(latency.p99()).isGreaterThan(800);
    assertThat(latency.max()).isGreaterThan(950);
  }

  @Test
  void senderThatIsLateSaysSoAndItsDelayIsPartOfTheLatency() {
    time.oversleep(MILLISECONDS.toNanos(30));

    RunReport report = run(new Load.Open(5, 10_000), Duration.ofSeconds(60), Asked.once());

    assertThat(report.client().sendLagMs().p50()).isCloseTo(30, PRECISION);
    assertThat(report.latencies().totalMs().p50()).isCloseTo(80, PRECISION);
    assertThat(report.warnings())
        .singleElement()
        .asString()
        .startsWith("requests were sent late (p99 30.0 ms)");
  }

  @Test
  void requestIsGivenUpWhenItsTimeIsOverSinceItShouldHaveBeenSent() {
    time.oversleep(MILLISECONDS.toNanos(30));

    RunReport report =
        run(
            new Load.Open(5, 10_000),
            Duration.ofSeconds(60),
            Asked.once(),
            Duration.ofMillis(79),
            Map.of());

    assertThat(report.requests().succeeded()).isZero();
    assertThat(report.errors()).containsExactly(Map.entry("timeout", report.requests().sent()));
    assertThat(report.warnings()).anySatisfy(line -> assertThat(line).contains("timed out"));
  }

  @Test
  void serverThatFallsBehindIsNamed() {
    RunReport report = run(new Load.Open(40, 1), Duration.ofSeconds(60), Asked.once());

    assertThat(report.figures().requestsPerSecond()).isCloseTo(20, Percentage.withPercentage(1));
    assertThat(report.seconds()).isGreaterThan(100);
    assertThat(report.warnings()).singleElement().asString().startsWith("the server fell behind: ");
  }

  @Test
  void requestsBeyondTheLimitInFlightFailUnsent() {
    InFlight few = new InFlight(3);
    Measurements measurements = new Measurements(0, Map.of());
    Launcher launcher =
        new Launcher(server, time, time, measurements, few, Duration.ofDays(1), Map.of());
    RequestSequence sequence = RequestSequence.of(Asked.once(), new Load.Open(1000, 1), 1);

    for (int i = 0; i < 5; i++) {
      launcher.launch(sequence.next(), 0, ending -> {});
    }
    time.runOut();

    RunReport report =
        measurements.report(
            new Load.Closed(5), Duration.ofSeconds(1), false, few.most(), () -> ServerMetrics.NONE);
    assertThat(report.requests()).isEqualTo(new RunReport.Requests(5, 3, 2, 0, 0));
    assertThat(report.client().mostInFlight()).isEqualTo(3);
    assertThat(few.count()).isZero();
    assertThat(report.warnings()).anySatisfy(line -> assertThat(line).contains("not sent"));
  }

  @Test
  void cancelledRequestsAreNeitherGoodNorFailed() {
    Map<Integer, Duration> unloaded = Map.of(StepMix.SERVERS_CHOICE, Duration.ofMillis(50));

    RunReport report =
        run(
            new Load.Open(2, 1),
            Duration.ofHours(1),
            Asked.cancelling(0.3),
            Duration.ofDays(1),
            unloaded);

    RunReport.Requests requests = report.requests();
    assertThat(requests.cancelled() / (double) requests.sent()).isCloseTo(0.3, within(0.02));
    assertThat(requests.failed()).isZero();
    assertThat(requests.succeeded()).isEqualTo(requests.sent() - requests.cancelled());
    assertThat(report.latencies().cancelMs().count()).isEqualTo(requests.cancelled());
    assertThat(report.latencies().totalMs().count()).isEqualTo(requests.succeeded());
  }

  @Test
  void timelineHoldsAllOfALongTest() {
    RunReport report = run(new Load.Open(10, 1), Duration.ofHours(1), Asked.once());

    List<Interval> timeline = report.timeline();
    assertThat(timeline).hasSizeBetween(Timeline.MAX_INTERVALS / 2, Timeline.MAX_INTERVALS);
    assertThat(timeline.stream().mapToLong(Interval::arrivals).sum())
        .isEqualTo(report.requests().sent());
    assertThat(timeline.stream().mapToLong(Interval::completions).sum())
        .isEqualTo(report.requests().succeeded());
    assertThat(timeline.stream().mapToDouble(Interval::maxMs).max().orElse(0))
        .isCloseTo(report.latencies().totalMs().max(), Percentage.withPercentage(1.5));
  }
}
