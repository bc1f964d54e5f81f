package io.stepwise.load;

import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A load test: asks the idle server first, then presses it as hard as each load says, and reports.
 */
public final class LoadTest {

  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(30);
  private static final int ID_LENGTH = 8;

  private final LoadOptions options;
  private final LoadListener listener;
  private final String id = UUID.randomUUID().toString().substring(0, ID_LENGTH);
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

  /** Makes a test that nothing has been sent of yet. */
  public LoadTest(LoadOptions options, LoadListener listener) {
    this.options = options;
    this.listener = listener;
  }

  /** Ends the test at once; {@link #run} returns with what there is. */
  public void stop() {
    stopped.set(true);
    Thread thread = runner.get();
    if (thread != null) {
      thread.interrupt();
    }
  }

  /**
   * Runs the test.
   *
   * @throws IllegalStateException if the server cannot be reached, or answers none of the first
   *     requests well
   */
  public LoadReport run() {
    runner.set(Thread.currentThread());
    Instant started = Instant.now();
    try (LoadThreads threads = new LoadThreads()) {
      HttpClient client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .executor(threads.callbacks())
              .connectTimeout(CONNECT_PATIENCE)
              .build();
      ServerFacts server = new ServerFacts(client, options.target());
      RequestOptions requests = withPrompts(server);
      Map<Integer, Duration> unloaded =
          new WarmUp(options, requests, listener, stopped)
              .run(threads, transport(client, requests, "warm-up"));
      Map<Integer, Duration> goals = goals(unloaded);
      List<RunReport> runs = new ArrayList<>();
      for (Load load : options.loads()) {
        if (!stopped.get()) {
          listener.onLoad(load);
          LoadRun run =
              new LoadRun(options, requests, load, unloaded, goals, listener, threads, stopped);
          try (Transport transport = transport(client, requests, Integer.toString(runs.size()))) {
            runs.add(run.run(transport, server));
          }
        }
      }
      return new LoadReport(started, options, millis(unloaded), runs);
    } finally {
      runner.set(null);
      boolean cleared = Thread.interrupted();
      if (cleared && !stopped.get()) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RequestOptions withPrompts(ServerFacts server) {
    RequestOptions requests = options.requests();
    return options.target().openAi() || !requests.prompts().isEmpty()
        ? requests
        : requests.withPrompts(server.labels(requests.model()));
  }

  private Transport transport(HttpClient client, RequestOptions requests, String part) {
    RequestJson json = new RequestJson(options.target(), requests, "load-" + id + "-" + part + "-");
    if (options.target().streaming() != Streaming.WEBSOCKET) {
      return new HttpTransport(client, options.target(), json);
    }
    SocketTransport transport = new SocketTransport(client, options.target(), json);
    transport.openShared();
    return transport;
  }

  private Map<Integer, Duration> goals(Map<Integer, Duration> unloaded) {
    Map<Integer, Duration> goals = new TreeMap<>();
    Slo slo = options.slo();
    if (slo != null) {
      for (int steps : options.requests().mix().steps()) {
        Duration goal = slo.target(steps, unloaded);
        if (goal != null) {
          goals.put(steps, goal);
        }
      }
    }
    return goals;
  }

  private static Map<String, Double> millis(Map<Integer, Duration> times) {
    Map<String, Double> millis = new LinkedHashMap<>();
    times.forEach((steps, time) -> millis.put(StepMix.name(steps), time.toNanos() / 1e6));
    return millis;
  }
}
