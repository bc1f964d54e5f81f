package io.stepwise.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What to mind before the figures of a run are believed. */
final class Warnings {

  /** The client counts as late where its lag is this part of the median latency... */
  private static final double NOTICEABLE = 0.05;

  /** ...and at least so many milliseconds. */
  private static final double NOTICEABLE_MS = 2;

  private static final double KEPT_UP = 0.9;
  private static final int FEW = 100;

  private Warnings() {}

  static List<String> of(RunReport report) {
    List<String> warnings = new ArrayList<>();
    double median = report.latencies().totalMs().p50();
    addLate(warnings, "requests were sent late", report.client().sendLagMs(), median);
    addLate(warnings, "what came was read late", report.client().callbackDelayMs(), median);
    Long notSent = report.errors().get(Ending.NOT_SENT.error());
    if (notSent != null) {
      warnings.add(
          notSent + " requests were not sent: --max-in-flight was reached; they count as failed");
    }
    Long timeouts = report.errors().get(Ending.TIMED_OUT.error());
    if (timeouts != null) {
      warnings.add(
          timeouts
              + " requests timed out and are in no percentile: the tail is worse than it looks");
    }
    RunReport.Figures figures = report.figures();
    double answered =
        (report.requests().sent() - report.requests().unfinished()) / report.seconds();
    if (report.load() instanceof Load.Open && answered < KEPT_UP * figures.offeredPerSecond()) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the server fell behind: %.2f requests/s came, %.2f/s were answered; latency then"
                  + " grows for as long as the test lasts",
              figures.offeredPerSecond(),
              answered));
    }
    if (report.interrupted()) {
      warnings.add(
          "stopped early; "
              + report.requests().unfinished()
              + " requests in flight are in no percentile");
    }
    long count = report.latencies().totalMs().count();
    if (count > 0 && count < FEW) {
      warnings.add(count + " answers: p99 is little more than the longest of them");
    }
    return warnings;
  }

  private static void addLate(
      List<String> warnings, String what, Distribution lagMs, double medianMs) {
    if (lagMs.p99() > Math.max(NOTICEABLE_MS, NOTICEABLE * medianMs)) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "%s (p99 %.1f ms): the load tester or its machine was a bottleneck, and its delay is"
                  + " part of the latencies",
              what,
              lagMs.p99()));
    }
  }
}
