package io.stepwise.load;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * So many clients, each of which sends its next request when the last one has ended. A client whose
 * request failed waits a little, so that a server that refuses is not asked in a tight circle.
 */
final class ClosedLoop {

  static final long PAUSE_NANOS = 100_000_000;

  private final RequestSequence sequence;
  private final long endNanos;
  private final LoadClock clock;
  private final Launcher launcher;
  private final AtomicBoolean stopped;
  private final Executor now;
  private final Executor later;

  /**
   * Makes the clients.
   *
   * @param endNanos when the last request may be sent
   * @param now runs what follows a success
   * @param later runs what follows a failure, {@link #PAUSE_NANOS} from now
   */
  ClosedLoop(
      RequestSequence sequence,
      long endNanos,
      LoadClock clock,
      Launcher launcher,
      AtomicBoolean stopped,
      Executor now,
      Executor later) {
    this.sequence = sequence;
    this.endNanos = endNanos;
    this.clock = clock;
    this.launcher = launcher;
    this.stopped = stopped;
    this.now = now;
    this.later = later;
  }

  /** Sends the first requests and waits until the last one may be sent. */
  void run(int concurrency) {
    for (int i = 0; i < concurrency; i++) {
      sendNext();
    }
    clock.awaitNanos(endNanos);
  }

  private void sendNext() {
    long intended = clock.nanos();
    if (intended >= endNanos || stopped.get()) {
      return;
    }
    PlannedRequest request;
    synchronized (sequence) {
      request = sequence.next();
    }
    launcher.launch(request, intended, ending -> executor(ending).execute(this::sendNext));
  }

  private Executor executor(Ending ending) {
    return ending.kind() == Ending.Kind.FAILED ? later : now;
  }
}
