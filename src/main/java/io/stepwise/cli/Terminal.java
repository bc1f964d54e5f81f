package io.stepwise.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarConsumer;

/** What standard error is connected to, and progress bars that show only where someone looks. */
final class Terminal {

  private Terminal() {}

  /** Returns whether a person sees the output: neither it nor the input is a pipe or a file. */
  @SuppressWarnings(
      "SystemConsoleNull") // the program runs on Java 17, where null says "no terminal"
  static boolean isInteractive() {
    return System.console() != null;
  }

  /** Returns where progress bars draw: standard error on a terminal, nowhere in a pipe. */
  static ProgressBarConsumer progressConsumer() {
    return isInteractive()
        ? new ConsoleProgressBarConsumer(System.err)
        : new DelegatingProgressBarConsumer(text -> {});
  }
}
