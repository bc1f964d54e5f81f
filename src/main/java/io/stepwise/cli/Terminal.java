package io.stepwise.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** What standard error is connected to, and progress bars that show only where someone looks. */
final class Terminal {

  private static final int UPDATE_MILLIS = 200;

  private Terminal() {}

  /** Returns whether a person sees the output: neither it nor the input is a pipe or a file. */
  @SuppressWarnings(
      "SystemConsoleNull") // the program runs on Java 17, where null says "no terminal"
  static boolean isInteractive() {
    return System.console() != null;
  }

  /**
   * Returns a progress bar on standard error that shows only on a terminal, with the time left once
   * its end is known.
   *
   * @param unit name of what is counted, with a space before it
   * @param unitSize how many of the counts make one unit
   */
  static ProgressBar progressBar(String task, String unit, long unitSize) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit(unit, unitSize)
        .setInitialMax(0)
        .showSpeed()
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(
            isInteractive()
                ? new ConsoleProgressBarConsumer(System.err)
                : new DelegatingProgressBarConsumer(text -> {}))
        .build();
  }
}
