package io.stepwise.load;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of a report, as SVG. */
final class Charts {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 340;
  private static final double SHORTEST_MS = 0.1;
  private static final double PERCENT = 100;
  private static final float LINE = 2f;
  private static final String WHOLE = "0.##";

  /** Colours that people who see few of them can tell apart (Okabe and Ito). */
  private static final Color[] COLORS = {
    new Color(0x0072b2),
    new Color(0xd55e00),
    new Color(0x009e73),
    new Color(0xcc79a7),
    new Color(0xe69f00),
    new Color(0x56b4e9),
    new Color(0x000000)
  };

  private Charts() {}

  /** Draws which share of the requests was answered within which time. */
  static String latencyCurves(Map<String, List<RunReport.Point>> curves) {
    XYChart chart = chart("Share of requests by latency", "latency, ms", "% answered within");
    chart.getStyler().setXAxisLogarithmic(true);
    chart.getStyler().setXAxisLogarithmicDecadeOnly(false);
    chart.getStyler().setXAxisDecimalPattern(WHOLE);
    chart.getStyler().setYAxisMax(PERCENT);
    curves.forEach(
        (steps, points) ->
            add(
                chart,
                steps.equals("all") ? "all" : steps + " steps",
                points,
                point -> Math.max(SHORTEST_MS, point.ms()),
                point -> point.share() * PERCENT));
    return svg(chart);
  }

  /** Draws how long the requests of each moment took. */
  static String latencyOverTime(List<Interval> timeline) {
    List<Interval> answered = timeline.stream().filter(slot -> slot.maxMs() > 0).toList();
    XYChart chart = chart("Latency by time of arrival", "seconds from the beginning", "ms");
    add(chart, "p50", answered, Interval::startSeconds, Interval::p50Ms);
    add(chart, "p99", answered, Interval::startSeconds, Interval::p99Ms);
    add(chart, "longest", answered, Interval::startSeconds, Interval::maxMs);
    return svg(chart);
  }

  /** Draws how many requests came and went. */
  static String arrivals(List<Interval> timeline) {
    XYChart chart =
        chart("Arrivals and completions", "seconds from the beginning", "requests a second");
    add(chart, "arrivals", timeline, Interval::startSeconds, s -> s.arrivals() / s.seconds());
    add(chart, "completions", timeline, Interval::startSeconds, s -> s.completions() / s.seconds());
    if (timeline.stream().anyMatch(slot -> slot.failures() > 0)) {
      add(chart, "failures", timeline, Interval::startSeconds, s -> s.failures() / s.seconds());
    }
    return svg(chart);
  }

  /** Draws how latency grows with the load. */
  static String latencyByLoad(List<RunReport> runs) {
    XYChart chart = chart("Latency by load", loadTitle(runs), "ms");
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setYAxisLogarithmicDecadeOnly(false);
    chart.getStyler().setYAxisDecimalPattern(WHOLE);
    ToDoubleFunction<RunReport> load = Charts::load;
    add(chart, "p50", runs, load, run -> atLeast(run.latencies().totalMs().p50()));
    add(chart, "p90", runs, load, run -> atLeast(run.latencies().totalMs().p90()));
    add(chart, "p99", runs, load, run -> atLeast(run.latencies().totalMs().p99()));
    markPoints(chart);
    return svg(chart);
  }

  /** Draws how much comes at each load, and how much of it in time. */
  static String throughputByLoad(List<RunReport> runs) {
    XYChart chart = chart("Throughput by load", loadTitle(runs), "requests a second");
    add(chart, "succeeded", runs, Charts::load, run -> run.figures().requestsPerSecond());
    if (runs.stream().anyMatch(run -> !run.goodput().goalsMs().isEmpty())) {
      add(chart, "within the SLO", runs, Charts::load, run -> run.goodput().requestsPerSecond());
    }
    markPoints(chart);
    return svg(chart);
  }

  private static String loadTitle(List<RunReport> runs) {
    return runs.get(0).load() instanceof Load.Closed ? "clients" : "requests sent a second";
  }

  private static double load(RunReport run) {
    return run.load() instanceof Load.Closed closed
        ? closed.concurrency()
        : ((Load.Open) run.load()).rate();
  }

  private static double atLeast(double ms) {
    return Math.max(SHORTEST_MS, ms);
  }

  private static <T> void add(
      XYChart chart, String name, List<T> points, ToDoubleFunction<T> x, ToDoubleFunction<T> y) {
    if (!points.isEmpty()) {
      chart
          .addSeries(
              name,
              points.stream().mapToDouble(x).toArray(),
              points.stream().mapToDouble(y).toArray())
          .setMarker(SeriesMarkers.NONE)
          .setLineStyle(new BasicStroke(LINE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
  }

  private static void markPoints(XYChart chart) {
    chart.getSeriesMap().values().forEach(series -> series.setMarker(SeriesMarkers.CIRCLE));
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .theme(Styler.ChartTheme.XChart)
            .build();
    XYStyler style = chart.getStyler();
    style.setSeriesColors(COLORS);
    style.setChartBackgroundColor(Color.WHITE);
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setLegendBorderColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setChartTitleBoxVisible(false);
    style.setLocale(Locale.ROOT);
    style.setYAxisMin(0.0);
    style.setPlotContentSize(1.0);
    return chart;
  }

  private static String svg(XYChart chart) {
    XYStyler style = chart.getStyler();
    if (style.isYAxisLogarithmic()) {
      style.setYAxisMin((Double) null);
    }
    if (chart.getSeriesMap().isEmpty()) {
      return "";
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, out, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(StandardCharsets.UTF_8);
  }
}
