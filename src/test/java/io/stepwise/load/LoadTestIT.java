package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole load tests against a stub that knows the truth. */
final class LoadTestIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private StubServer server = new StubServer(StubServer.Delays.of(200));

  @AfterEach
  void closeServer() {
    server.close();
  }

  private void serve(StubServer.Delays delays) {
    server.close();
    server = new StubServer(delays);
  }

  private Target target(Streaming streaming, int sockets) {
    return new Target(
        URI.create(server.url()), new ApiKey("k"), false, streaming, sockets, PATIENCE, 1000);
  }

  private static RequestOptions asked(String mix, int n, double cancelRate) {
    return new RequestOptions(
        null, List.of(), StepMix.parse(mix), n, null, null, null, null, 1, cancelRate);
  }

  private LoadReport run(Target target, RequestOptions requests, Load load, Duration duration) {
    LoadOptions options =
        new LoadOptions(target, requests, List.of(load), duration, 1, new Slo.OfUnloaded(3), 1);
    return new LoadTest(options, new LoadListener() {}).run();
  }

  /**
   * Returns the mean time from the intended moments to the answers, as the stub saw them, in ms.
   */
  private double trueMean(RequestOptions requests, Load load, int count) {
    RequestSequence sequence =
        RequestSequence.of(requests.withPrompts(List.of("boot", "bag")), load, 1);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      StubServer.Entry entry = server.entries().get(sequence.next().seed());
      sum += (entry.answeredNanos() - entry.arrivedNanos()) / 1e6;
    }
    return sum / count;
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void latencyIsWhatTheStubTookAndTheLagOfTheClient(Streaming streaming) {
    serve(StubServer.Delays.oneAtATime(60));
    RequestOptions requests = asked("10:0.5,50:0.5", 1, 0);
    Load load = new Load.Open(12, 1);

    RunReport run;
    double travel;
    try (RoundTrips roundTrips = new RoundTrips(server.url())) {
      run = run(target(streaming, 0), requests, load, Duration.ofSeconds(3)).runs().get(0);
      travel = roundTrips.meanMillis();
    }

    int count = (int) run.requests().sent();
    assertThat(run.requests().succeeded()).isEqualTo(count).isGreaterThan(20);
    double truth = trueMean(requests, load, count);
    double known = truth + run.client().sendLagMs().mean() + travel;
    double measured = run.latencies().totalMs().mean();
    assertThat(measured).isGreaterThanOrEqualTo(truth * 0.999);
    assertThat(measured).isCloseTo(known, within(truth * 0.02 + 2 * travel));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSE", "WEBSOCKET"})
  void previewsAreTimed(String streaming) {
    RunReport run =
        run(
                target(Streaming.valueOf(streaming), 0),
                asked("10", 1, 0),
                new Load.Open(10, 1),
                Duration.ofSeconds(2))
            .runs()
            .get(0);

    // Four previews at fifths of 200 ms.
    long count = run.requests().succeeded();
    assertThat(run.latencies().firstPreviewMs().count()).isEqualTo(count);
    assertThat(run.latencies().previewGapMs().count()).isEqualTo(3 * count);
    assertThat(run.latencies().firstPreviewMs().p50()).isCloseTo(40, within(15.0));
    assertThat(run.latencies().previewGapMs().p50()).isCloseTo(40, within(15.0));
    assertThat(run.latencies().totalMs().p50()).isBetween(200.0, 240.0);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void figuresAgreeWithTheServersOwnMetrics(Streaming streaming) {
    LoadReport report =
        run(target(streaming, 0), asked("10", 3, 0), new Load.Open(20, 1), Duration.ofSeconds(1));

    RunReport run = report.runs().get(0);
    assertThat(run.figures().images()).isEqualTo(3 * run.requests().sent());
    assertThat(run.figures().imageSteps()).isEqualTo(30 * run.requests().sent());
    assertThat(run.server().increases())
        .containsExactly(Map.entry("stub_images_total", (double) run.figures().images()));
    assertThat(run.goodput().attainment()).isEqualTo(1);
    assertThat(report.unloadedMs().get("10")).isBetween(200.0, 400.0);
    assertThat(server.authorizations()).isNotEmpty().containsOnly("Bearer k");
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void cancelledRequestsEndEarly(Streaming streaming) {
    RunReport run =
        run(target(streaming, 0), asked("10", 1, 0.5), new Load.Open(20, 1), Duration.ofSeconds(2))
            .runs()
            .get(0);

    assertThat(run.errors()).isEmpty();
    assertThat(run.requests().cancelled()).isGreaterThan(5);
    assertThat(run.requests().succeeded() + run.requests().cancelled())
        .isEqualTo(run.requests().sent());
    assertThat(run.latencies().cancelMs().p50()).isLessThan(50);
  }

  @ParameterizedTest
  @EnumSource(Streaming.class)
  void refusalsAreCountedByWhatTheServerSays(Streaming streaming) {
    LoadOptions options =
        new LoadOptions(
            target(streaming, 0),
            asked("10", 1, 0),
            List.of(new Load.Open(20, 1)),
            Duration.ofSeconds(1),
            0,
            null,
            1);
    server.refuse(4);

    RunReport run = new LoadTest(options, new LoadListener() {}).run().runs().get(0);

    String where = streaming == Streaming.WEBSOCKET ? "websocket" : "HTTP 429";
    assertThat(run.errors()).containsExactly(Map.entry(where + " queue_full", 4L));
    assertThat(run.requests().succeeded()).isEqualTo(run.requests().sent() - 4);
  }

  @Test
  void requestsShareAsManySocketsAsAskedFor() {
    RunReport run =
        run(
                target(Streaming.WEBSOCKET, 3),
                asked("10", 1, 0.3),
                new Load.Open(50, 1),
                Duration.ofSeconds(1))
            .runs()
            .get(0);

    assertThat(run.errors()).isEmpty();
    assertThat(run.client().mostInFlight()).isGreaterThan(3);
    assertThat(server.sockets()).isEqualTo(6); // three for the warm-up, three for the load
  }

  @Test
  void stallShowsInTheTail() {
    AtomicLong stallFrom = new AtomicLong();
    StubServer.Delays quick = StubServer.Delays.of(5);
    serve(
        arrived -> {
          stallFrom.compareAndSet(0, arrived + Duration.ofMillis(1500).toNanos());
          long stallUntil = stallFrom.get() + Duration.ofSeconds(1).toNanos();
          return arrived >= stallFrom.get() && arrived < stallUntil
              ? stallUntil
              : quick.answerAt(arrived);
        });

    RunReport run =
        run(
                target(Streaming.NONE, 0),
                asked("10", 1, 0),
                new Load.Open(50, 10_000),
                Duration.ofSeconds(4))
            .runs()
            .get(0);

    // Of some 200 requests 50 came during the stall; they waited half of it on average.
    assertThat(run.latencies().totalMs().p99()).isBetween(900.0, 1200.0);
    assertThat(run.latencies().totalMs().p50()).isLessThan(200);
  }

  @Test
  void serverThatIsNotThereIsNamed() {
    Target target = target(Streaming.NONE, 0);
    server.awaitClosed();

    assertThatThrownBy(
            () -> run(target, asked("10", 1, 0), new Load.Closed(1), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(server.url() + ": connection refused");
  }
}
