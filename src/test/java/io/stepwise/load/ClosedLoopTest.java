package io.stepwise.load;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ClosedLoopTest {

  private final VirtualTime time = new VirtualTime();
  private final InFlight inFlight = new InFlight(1_000);
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final Measurements measurements = new Measurements(0, Map.of());

  private RunReport run(Transport server, int concurrency, Duration duration) {
    Load.Closed load = new Load.Closed(concurrency);
    Launcher launcher =
        new Launcher(server, time, time, measurements, inFlight, Duration.ofDays(1), Map.of());
    new ClosedLoop(
            RequestSequence.of(Asked.once(), load, 1),
            duration.toNanos(),
            time,
            launcher,
            stopped,
            task -> time.set(0, task),
            task -> time.set(ClosedLoop.PAUSE_NANOS, task))
        .run(concurrency);
    time.runOut();
    return measurements.report(load, duration, false, inFlight.most(), () -> ServerMetrics.NONE);
  }

  @Test
  void clientsKeepTheServerBusyAndWaitForEachOther() {
    RunReport report =
        run(new QueueServer(time, MILLISECONDS.toNanos(50)), 4, Duration.ofSeconds(100));

    assertThat(report.client().mostInFlight()).isEqualTo(4);
    assertThat(report.requests().succeeded()).isBetween(2000L, 2004L);
    assertThat(report.latencies().totalMs().p50()).isCloseTo(200, within(0.3));
  }

  @Test
  void stallHidesFromASingleClientThatWaitsForItsAnswers() {
    QueueServer server = new QueueServer(time, MILLISECONDS.toNanos(50));
    time.set(SECONDS.toNanos(5), () -> server.stallUntil(SECONDS.toNanos(6)));

    RunReport report = run(server, 1, Duration.ofSeconds(20));

    assertThat(report.latencies().totalMs().p99()).isCloseTo(50, within(0.1));
    assertThat(report.latencies().totalMs().max()).isGreaterThan(900);
  }

  @Test
  void clientThatIsRefusedPauses() {
    Transport refusing =
        new Transport() {
          @Override
          public void send(Exchange exchange) {
            exchange.end(Ending.failed("HTTP 429 queue_full", "full"));
          }

          @Override
          public void cancel(Exchange exchange) {}

          @Override
          public void close() {}
        };

    RunReport report = run(refusing, 2, Duration.ofSeconds(10));

    assertThat(report.errors()).containsExactly(Map.entry("HTTP 429 queue_full", 200L));
  }

  @Test
  void nothingIsSentOnceTheTestIsStopped() {
    time.set(SECONDS.toNanos(1), () -> stopped.set(true));

    RunReport report =
        run(new QueueServer(time, MILLISECONDS.toNanos(50)), 1, Duration.ofSeconds(100));

    assertThat(report.requests().sent()).isEqualTo(20);
  }
}
