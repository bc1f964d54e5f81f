package io.stepwise.load;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One load of a test: sends its requests, waits until all have ended, and reports. */
final class LoadRun {

  private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long HEARTBEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final LoadOptions options;
  private final RequestOptions requests;
  private final Load load;
  private final Map<Integer, Duration> unloaded;
  private final Map<Integer, Duration> goals;
  private final LoadListener listener;
  private final LoadThreads threads;
  private final AtomicBoolean stopped;
  private final LoadClock clock = LoadClock.SYSTEM;

  LoadRun(
      LoadOptions options,
      RequestOptions requests,
      Load load,
      Map<Integer, Duration> unloaded,
      Map<Integer, Duration> goals,
      LoadListener listener,
      LoadThreads threads,
      AtomicBoolean stopped) {
    this.options = options;
    this.requests = requests;
    this.load = load;
    this.unloaded = unloaded;
    this.goals = goals;
    this.listener = listener;
    this.threads = threads;
    this.stopped = stopped;
  }

  /** Runs the load over a transport that nobody else uses. */
  RunReport run(Transport transport, ServerFacts server) {
    PrometheusText before = server.metrics();
    InFlight inFlight = new InFlight(options.target().maxInFlight());
    long start = clock.nanos();
    Measurements measurements = new Measurements(start, goals);
    Launcher launcher =
        new Launcher(
            transport,
            clock,
            threads::after,
            measurements,
            inFlight,
            options.target().timeout(),
            unloaded);
    Runnable heartbeat = threads.every(HEARTBEAT_NANOS, () -> beat(measurements));
    Runnable progress =
        threads.every(
            PROGRESS_NANOS,
            () -> listener.onProgress(measurements.progress(clock.nanos(), inFlight.count())));
    send(start, launcher);
    Duration sending = Duration.ofNanos(clock.nanos() - start);
    awaitAnswers(inFlight);
    heartbeat.run();
    progress.run();
    return measurements.report(
        load,
        sending,
        stopped.get(),
        inFlight.most(),
        () -> ServerMetrics.between(before, server.metrics()));
  }

  private void send(long start, Launcher launcher) {
    RequestSequence sequence = RequestSequence.of(requests, load, options.seed());
    long duration = options.duration().toNanos();
    if (load instanceof Load.Closed closed) {
      new ClosedLoop(
              sequence,
              start + duration,
              clock,
              launcher,
              stopped,
              threads.callbacks(),
              task -> threads.after(ClosedLoop.PAUSE_NANOS, task))
          .run(closed.concurrency());
    } else {
      new OpenLoop(sequence, start, duration, clock, launcher, stopped).run();
    }
  }

  /** Waits for the answers that are missing; a test that is stopped does not. */
  private void awaitAnswers(InFlight inFlight) {
    try {
      if (!stopped.get()) {
        inFlight.awaitNone();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inFlight.giveUp(Ending.UNFINISHED);
  }

  /** Measures how long what is received waits for a thread. */
  private void beat(Measurements measurements) {
    long due = clock.nanos();
    threads.callbacks().execute(() -> measurements.onCallbackDelay(clock.nanos() - due));
  }
}
