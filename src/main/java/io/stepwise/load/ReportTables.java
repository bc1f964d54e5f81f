package io.stepwise.load;

import static io.stepwise.load.TextTable.number;
import static io.stepwise.load.TextTable.percent;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;

/** The tables of a report, the same for a terminal and for a page. */
final class ReportTables {

  private static final int MOST_SERIES = 24;

  private ReportTables() {}

  /** Returns how a load is called. */
  static String name(Load load) {
    if (load instanceof Load.Closed closed) {
      return closed.concurrency() + (closed.concurrency() == 1 ? " client" : " clients");
    }
    Load.Open open = (Load.Open) load;
    String bursts = open.burstiness() == 1 ? "" : " (burstiness " + number(open.burstiness()) + ")";
    return number(open.rate()) + " requests/s" + bursts;
  }

  /** Returns how much came. */
  static TextTable totals(RunReport run) {
    RunReport.Requests requests = run.requests();
    RunReport.Figures figures = run.figures();
    TextTable table =
        new TextTable()
            .row("", "total", "per second")
            .row("requests sent", count(requests.sent()), number(figures.offeredPerSecond()))
            .row("succeeded", count(requests.succeeded()), number(figures.requestsPerSecond()));
    if (!run.goodput().goalsMs().isEmpty()) {
      double perSecond = run.goodput().requestsPerSecond();
      table.row("within the SLO", count(Math.round(perSecond * run.seconds())), number(perSecond));
      double images = run.goodput().imagesPerSecond();
      table.row("their images", count(Math.round(images * run.seconds())), number(images));
    }
    table.row("images", count(figures.images()), number(figures.imagesPerSecond()));
    table.row("image-steps", count(figures.imageSteps()), number(figures.imageStepsPerSecond()));
    addCount(table, "failed images", figures.failedImages());
    addCount(table, "cancelled", requests.cancelled());
    addCount(table, "unfinished", requests.unfinished());
    addCount(table, "failed", requests.failed());
    run.errors().entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
        .forEach(error -> table.row("  " + error.getKey(), count(error.getValue())));
    return table;
  }

  /** Returns how long it took. */
  static TextTable latencies(RunReport run) {
    TextTable table =
        new TextTable().row("ms", "count", "mean", "p50", "p90", "p95", "p99", "p99.9", "max");
    RunReport.Latencies latencies = run.latencies();
    addRow(table, "latency", latencies.totalMs());
    if (latencies.totalMsBySteps().size() > 1) {
      latencies
          .totalMsBySteps()
          .forEach((steps, times) -> addRow(table, "  " + steps + " steps", times));
    }
    addRow(table, "first preview", latencies.firstPreviewMs());
    addRow(table, "between previews", latencies.previewGapMs());
    addRow(table, "in the server's queue", latencies.queueMs());
    addRow(table, "until cancelled", latencies.cancelMs());
    addRow(table, "sender's lag", run.client().sendLagMs());
    addRow(table, "reader's lag", run.client().callbackDelayMs());
    return table;
  }

  /** Returns what the server says of the run. */
  static TextTable server(ServerMetrics metrics) {
    TextTable table = new TextTable().row("server's metrics", "");
    addSeries(table, "+", "", metrics.increases());
    addSeries(table, "", " on average", metrics.means());
    addSeries(table, "", " at the end", metrics.gauges());
    return table;
  }

  /** Returns one line a load. */
  static TextTable sweep(LoadReport report) {
    TextTable table =
        new TextTable()
            .row(
                "load",
                "sent/s",
                "ok/s",
                "images/s",
                "p50 ms",
                "p99 ms",
                "SLO met",
                "good/s",
                "failed");
    for (RunReport run : report.runs()) {
      boolean hasGoal = !run.goodput().goalsMs().isEmpty();
      Distribution latency = run.latencies().totalMs();
      table.row(
          name(run.load()),
          number(run.figures().offeredPerSecond()),
          number(run.figures().requestsPerSecond()),
          number(run.figures().imagesPerSecond()),
          number(latency.p50()),
          number(latency.p99()),
          hasGoal ? percent(run.goodput().attainment()) : "-",
          hasGoal ? number(run.goodput().requestsPerSecond()) : "-",
          count(run.requests().failed()));
    }
    return table;
  }

  private static void addCount(TextTable table, String name, long count) {
    if (count > 0) {
      table.row(name, count(count));
    }
  }

  private static void addRow(TextTable table, String name, Distribution ms) {
    if (ms.count() > 0) {
      table.row(
          name,
          count(ms.count()),
          number(ms.mean()),
          number(ms.p50()),
          number(ms.p90()),
          number(ms.p95()),
          number(ms.p99()),
          number(ms.p999()),
          number(ms.max()));
    }
  }

  private static void addSeries(
      TextTable table, String before, String after, SortedMap<String, Double> series) {
    series.entrySet().stream()
        .limit(MOST_SERIES)
        .forEach(one -> table.row(one.getKey(), before + number(one.getValue()) + after));
    if (series.size() > MOST_SERIES) {
      table.row("  and " + (series.size() - MOST_SERIES) + " more, in the JSON", "");
    }
  }

  private static String count(long count) {
    return Long.toString(count);
  }
}
