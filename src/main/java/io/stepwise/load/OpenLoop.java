package io.stepwise.load;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Sends each request at its time, whatever became of the earlier ones. One thread; it never waits
 * for an answer.
 */
final class OpenLoop {

  private final RequestSequence sequence;
  private final long startNanos;
  private final long durationNanos;
  private final LoadClock clock;
  private final Launcher launcher;
  private final AtomicBoolean stopped;

  OpenLoop(
      RequestSequence sequence,
      long startNanos,
      long durationNanos,
      LoadClock clock,
      Launcher launcher,
      AtomicBoolean stopped) {
    this.sequence = sequence;
    this.startNanos = startNanos;
    this.durationNanos = durationNanos;
    this.clock = clock;
    this.launcher = launcher;
    this.stopped = stopped;
  }

  /** Sends until the time is over or the test is stopped. */
  void run() {
    PlannedRequest request = sequence.next();
    while (request.offsetNanos() < durationNanos) {
      long intended = startNanos + request.offsetNanos();
      if (!clock.awaitNanos(intended) || stopped.get()) {
        return;
      }
      launcher.launch(request, intended, ending -> {});
      request = sequence.next();
    }
    clock.awaitNanos(startNanos + durationNanos);
  }
}
