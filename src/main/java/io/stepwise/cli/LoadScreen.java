package io.stepwise.cli;

import io.stepwise.load.Load;
import io.stepwise.load.LoadListener;
import io.stepwise.load.LoadOptions;
import io.stepwise.load.LoadProgress;
import io.stepwise.load.LoadTest;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Shows a load test while it runs: a progress bar on a terminal, nothing in a pipe. An interrupt
 * ends the test, and the process waits until the report is written.
 */
final class LoadScreen implements LoadListener, AutoCloseable {

  private final long loadSeconds;
  private final CountDownLatch finished = new CountDownLatch(1);
  private @Nullable ProgressBar bar;
  private @Nullable Thread hook;
  private volatile boolean interrupted;

  LoadScreen(LoadOptions options) {
    this.loadSeconds = Math.max(1, options.duration().toSeconds());
  }

  /** Lets an interrupt end the test. */
  void stopOnInterrupt(LoadTest test) {
    hook =
        new Thread(
            () -> {
              interrupted = true;
              test.stop();
              awaitReport();
            },
            "load-interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  @Override
  public synchronized void onWarmUp(int done, int of) {
    ProgressBar shown = bar == null ? open("warm-up", " requests") : bar;
    shown.maxHint(of);
    shown.stepTo(done);
  }

  @Override
  public synchronized void onLoad(Load load) {
    clear();
    open(load instanceof Load.Open open ? open.rate() + "/s" : load.toString(), " s")
        .maxHint(loadSeconds);
  }

  @Override
  public synchronized void onProgress(LoadProgress progress) {
    if (bar == null) {
      return;
    }
    bar.stepTo(Math.min(loadSeconds, progress.elapsed().toSeconds()));
    bar.setExtraMessage(
        String.format(
            Locale.ROOT,
            " %d done, %d in flight, %d failed, p50 %.0f ms, p99 %.0f ms",
            progress.succeeded(),
            progress.inFlight(),
            progress.failed(),
            progress.latencyMs().p50(),
            progress.latencyMs().p99()));
  }

  /** Ends the line of progress. */
  synchronized void clear() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }

  @Override
  public void close() {
    clear();
    finished.countDown();
    if (hook != null && !interrupted) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }

  private ProgressBar open(String task, String unit) {
    ProgressBar opened = Terminal.progressBar(task, unit, 1);
    bar = opened;
    return opened;
  }

  private void awaitReport() {
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
