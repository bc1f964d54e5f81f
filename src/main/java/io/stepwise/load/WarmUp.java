package io.stepwise.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks the idle server for one request after the other: so many of each step count. What half of
 * them took is the unloaded time of the step count.
 */
final class WarmUp {

  private final LoadOptions options;
  private final RequestOptions requests;
  private final LoadListener listener;
  private final AtomicBoolean stopped;
  private int index;

  WarmUp(
      LoadOptions options, RequestOptions requests, LoadListener listener, AtomicBoolean stopped) {
    this.options = options;
    this.requests = requests;
    this.listener = listener;
    this.stopped = stopped;
  }

  /**
   * Returns the unloaded times by steps.
   *
   * @param transport closed at the end
   * @throws IllegalStateException if not one request of a step count succeeds
   */
  Map<Integer, Duration> run(LoadThreads threads, Transport transport) {
    Map<Integer, Duration> unloaded = new TreeMap<>();
    List<Integer> mix = requests.mix().steps();
    int count = options.warmUps() * mix.size();
    try (transport) {
      if (count > 0) {
        ask(1, mix.get(0), threads, transport);
      }
      for (int steps : mix) {
        Measurements measurements = ask(options.warmUps(), steps, threads, transport);
        unloaded.putAll(measurements.medians());
        requireAnswer(steps, unloaded, measurements);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return unloaded;
  }

  /** Sends requests one after the other and returns what was measured. */
  private Measurements ask(int count, int steps, LoadThreads threads, Transport transport)
      throws InterruptedException {
    Measurements measurements = new Measurements(LoadClock.SYSTEM.nanos(), Map.of());
    InFlight inFlight = new InFlight(1);
    Launcher launcher =
        new Launcher(
            transport,
            LoadClock.SYSTEM,
            threads::after,
            measurements,
            inFlight,
            options.target().timeout(),
            Map.of());
    for (int i = 0; i < count && !stopped.get(); i++) {
      launcher.launch(request(index++, steps), LoadClock.SYSTEM.nanos(), ending -> {});
      inFlight.awaitNone();
      listener.onWarmUp(Math.max(0, index - 1), options.warmUps() * requests.mix().steps().size());
    }
    return measurements;
  }

  private PlannedRequest request(int index, int steps) {
    List<String> prompts = requests.prompts();
    String prompt = prompts.isEmpty() ? null : prompts.get(index % prompts.size());
    return new PlannedRequest(index, 0, steps, prompt, index, null);
  }

  private void requireAnswer(
      int steps, Map<Integer, Duration> unloaded, Measurements measurements) {
    if (options.warmUps() > 0 && !unloaded.containsKey(steps) && !stopped.get()) {
      throw new IllegalStateException("warm-up: " + String.join("", measurements.firstError()));
    }
  }
}
