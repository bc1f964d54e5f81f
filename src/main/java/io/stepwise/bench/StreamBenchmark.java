package io.stepwise.bench;

import io.stepwise.http.HttpServer;
import io.stepwise.load.Load;
import io.stepwise.load.LoadListener;
import io.stepwise.load.LoadOptions;
import io.stepwise.load.LoadTest;
import io.stepwise.load.RequestOptions;
import io.stepwise.load.StepMix;
import io.stepwise.load.Streaming;
import io.stepwise.load.Target;
import io.stepwise.sampling.ImageEncoder;
import io.stepwise.sampling.ServedModel;
import io.stepwise.settings.HttpSettings;
import io.stepwise.settings.Settings;
import io.stepwise.telemetry.Meters;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole server, asked over websockets by as many clients as a batch has places, who are shown
 * every step, against the same clients who are shown none. The clients are in this process, too.
 */
final class StreamBenchmark implements Benchmark {

  private static final int READERS = 16;
  private static final int STEPS = 50;
  private static final int LENGTHS = 20;
  private static final double TARGET = 0.95;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration GRACE = Duration.ofSeconds(5);

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String question() {
    return "image-steps/s with every step streamed to 16 readers, against none streamed";
  }

  @Override
  public BenchmarkReport run(BenchmarkOptions options) {
    ServedModel served = ServedModel.of(options.model(), 1, options.threads());
    int steps = Math.min(STEPS, served.plans().maxSteps());
    Comparison comparison = new Comparison("streamed", "none");
    try (MeasuredService service = MeasuredService.start(served, READERS, ImageEncoder.png())) {
      HttpServer server = listen(service);
      URI url = URI.create("http://127.0.0.1:" + server.address().getPort());
      Duration length = options.length().multipliedBy(LENGTHS);
      rate(url, steps, 1, options.length());
      comparison.measure(
          options.rounds(),
          () -> rate(url, steps, 0, length.dividedBy(2)),
          none -> rate(url, steps, 1, length));
      server.stop(GRACE).toCompletableFuture().join();
    }
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("readers", READERS);
    facts.put("steps", steps);
    facts.put("threads", options.threads());
    return comparison.report(facts, "streamed of none", TARGET);
  }

  private static HttpServer listen(MeasuredService service) {
    HttpSettings settings =
        Settings.load(Optional.empty(), Map.of("stepwise.http.port", "0")).http();
    return HttpServer.start(
            service.system(), service.client(), Optional.empty(), settings, new Meters())
        .toCompletableFuture()
        .join();
  }

  /** Returns the image-steps a second that clients get who ask for one image after the other. */
  private static double rate(URI url, int steps, int previewEvery, Duration length) {
    Target target = new Target(url, null, false, Streaming.WEBSOCKET, READERS, TIMEOUT, READERS);
    RequestOptions requests =
        new RequestOptions(
            null,
            List.of(""),
            new StepMix(List.of(new StepMix.Share(steps, 1))),
            1,
            null,
            null,
            null,
            null,
            previewEvery,
            0);
    LoadOptions options =
        new LoadOptions(target, requests, List.of(new Load.Closed(READERS)), length, 0, null, 1);
    return new LoadTest(options, new LoadListener() {})
        .run()
        .runs()
        .get(0)
        .figures()
        .imageStepsPerSecond();
  }
}
