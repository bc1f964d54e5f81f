package io.stepwise.load;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads of a load test: one that sends is the caller's, these read answers and keep time.
 * None of them ever waits for the server.
 */
final class LoadThreads implements AutoCloseable {

  private static final int FEWEST = 2;

  private final ThreadPoolExecutor callbacks;
  private final ScheduledThreadPoolExecutor timer;

  LoadThreads() {
    int threads = Math.max(FEWEST, Runtime.getRuntime().availableProcessors());
    callbacks =
        new ThreadPoolExecutor(
            threads,
            threads,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            daemons("load-client"),
            new ThreadPoolExecutor.DiscardPolicy());
    timer = new ScheduledThreadPoolExecutor(1, daemons("load-timer"));
    timer.setRemoveOnCancelPolicy(true);
  }

  /** Returns what answers are read on. */
  ExecutorService callbacks() {
    return callbacks;
  }

  /** Does something later on a thread of its own; it must be short. */
  Runnable after(long delayNanos, Runnable action) {
    try {
      ScheduledFuture<?> alarm = timer.schedule(action, delayNanos, TimeUnit.NANOSECONDS);
      return () -> alarm.cancel(false);
    } catch (RejectedExecutionException e) {
      // closed: the test is over
      return () -> {};
    }
  }

  /** Does something again and again until what is returned is run. */
  Runnable every(long periodNanos, Runnable action) {
    ScheduledFuture<?> alarm =
        timer.scheduleAtFixedRate(action, periodNanos, periodNanos, TimeUnit.NANOSECONDS);
    return () -> alarm.cancel(false);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    callbacks.shutdown();
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }
}
