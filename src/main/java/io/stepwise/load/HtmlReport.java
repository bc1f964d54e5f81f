package io.stepwise.load;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A report as one HTML page that needs nothing else: tables, plots, and the JSON to go on with. */
public final class HtmlReport {

  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
        padding: 0 1rem; color: #1a1a1a; background: #fff; }
      h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
      table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
      th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }
      th:first-child, td:first-child { text-align: left; white-space: pre; }
      img { max-width: 100%; height: auto; display: block; }
      .warning { border-left: 4px solid #d55e00; padding: .3rem .8rem; background: #fff4ec; }
      .scroll { overflow-x: auto; }
      pre { max-height: 30rem; overflow: auto; background: #f6f6f6; padding: 1rem; }
      """;

  private HtmlReport() {}

  /** Returns the page. */
  public static String of(LoadReport report) {
    String url = escape(report.options().target().url().toString());
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.append("<meta name=\"viewport\" content=\"width=device-width\">\n");
    page.append("<title>Load test of ").append(url).append("</title>\n");
    page.append("<style>\n").append(STYLE).append("</style>\n</head>\n<body>\n");
    page.append("<h1>Load test of ").append(url).append("</h1>\n");
    page.append("<p>").append(escape(report.started().toString()));
    if (!report.unloadedMs().isEmpty()) {
      page.append(", unloaded ").append(escape(TextReport.times(report.unloadedMs())));
    }
    page.append("</p>\n");
    if (report.runs().size() > 1) {
      addSweep(page, report);
    }
    report.runs().forEach(run -> addRun(page, run));
    page.append("<h2>All figures</h2>\n<details><summary>JSON</summary><pre>");
    page.append(escape(JsonReport.of(report)));
    return page.append("</pre></details>\n</body>\n</html>\n").toString();
  }

  private static void addSweep(StringBuilder page, LoadReport report) {
    page.append("<h2>All loads</h2>\n");
    addTable(page, ReportTables.sweep(report));
    List<RunReport> runs =
        report.runs().stream().filter(run -> run.requests().succeeded() > 0).toList();
    if (!runs.isEmpty()) {
      addChart(page, "Latency by load", Charts.latencyByLoad(runs));
      addChart(page, "Throughput by load", Charts.throughputByLoad(runs));
    }
  }

  private static void addRun(StringBuilder page, RunReport run) {
    page.append("<h2>").append(escape(ReportTables.name(run.load()))).append("</h2>\n");
    for (String warning : run.warnings()) {
      page.append("<p class=\"warning\">").append(escape(warning)).append("</p>\n");
    }
    addTable(page, ReportTables.totals(run));
    if (!run.goodput().goalsMs().isEmpty()) {
      page.append("<p>SLO of ").append(escape(TextReport.times(run.goodput().goalsMs())));
      page.append(" met by ").append(TextTable.percent(run.goodput().attainment()));
      page.append("</p>\n");
    }
    addTable(page, ReportTables.latencies(run));
    addChart(page, "Share of requests by latency", Charts.latencyCurves(run.curves()));
    addChart(page, "Latency by time of arrival", Charts.latencyOverTime(run.timeline()));
    addChart(page, "Arrivals and completions", Charts.arrivals(run.timeline()));
    if (!run.server().saysNothing()) {
      addTable(page, ReportTables.server(run.server()));
    }
  }

  private static void addTable(StringBuilder page, TextTable table) {
    page.append("<div class=\"scroll\"><table>\n");
    boolean first = true;
    for (List<String> row : table.rows()) {
      String cell = first ? "th" : "td";
      page.append("<tr>");
      for (String text : row) {
        page.append('<').append(cell).append('>').append(escape(text));
        page.append("</").append(cell).append('>');
      }
      page.append("</tr>\n");
      first = false;
    }
    page.append("</table></div>\n");
  }

  /** Adds a plot as an image of its own, so that the ids in one SVG cannot meet another's. */
  private static void addChart(StringBuilder page, String name, String svg) {
    if (!svg.isEmpty()) {
      page.append("<img alt=\"").append(name).append("\" src=\"data:image/svg+xml;base64,");
      page.append(Base64.getEncoder().encodeToString(svg.getBytes(StandardCharsets.UTF_8)));
      page.append("\">\n");
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
