package io.stepwise.load;

import io.stepwise.plot.LinePlot;
import java.util.List;
import java.util.Map;

/** The plots of a report, as SVG. */
final class Charts {

  private static final double SHORTEST_MS = 0.1;
  private static final double PERCENT = 100;

  private Charts() {}

  /** Draws which share of the requests was answered within which time. */
  static String latencyCurves(Map<String, List<RunReport.Point>> curves) {
    LinePlot plot =
        new LinePlot("Share of requests by latency", "latency, ms", "% answered within")
            .logarithmicX()
            .endingAt(PERCENT);
    curves.forEach(
        (steps, points) ->
            plot.line(
                steps.equals("all") ? "all" : steps + " steps",
                points,
                point -> atLeast(point.ms()),
                point -> point.share() * PERCENT));
    return plot.svg();
  }

  /** Draws how long the requests of each moment took. */
  static String latencyOverTime(List<Interval> timeline) {
    List<Interval> answered = timeline.stream().filter(slot -> slot.maxMs() > 0).toList();
    return new LinePlot("Latency by time of arrival", "seconds from the beginning", "ms")
        .line("p50", answered, Interval::startSeconds, Interval::p50Ms)
        .line("p99", answered, Interval::startSeconds, Interval::p99Ms)
        .line("longest", answered, Interval::startSeconds, Interval::maxMs)
        .svg();
  }

  /** Draws how many requests came and went. */
  static String arrivals(List<Interval> timeline) {
    LinePlot plot =
        new LinePlot("Arrivals and completions", "seconds from the beginning", "requests a second")
            .line("arrivals", timeline, Interval::startSeconds, s -> s.arrivals() / s.seconds())
            .line(
                "completions",
                timeline,
                Interval::startSeconds,
                s -> s.completions() / s.seconds());
    if (timeline.stream().anyMatch(slot -> slot.failures() > 0)) {
      plot.line("failures", timeline, Interval::startSeconds, s -> s.failures() / s.seconds());
    }
    return plot.svg();
  }

  /** Draws how latency grows with the load. */
  static String latencyByLoad(List<RunReport> runs) {
    return new LinePlot("Latency by load", loadTitle(runs), "ms")
        .logarithmicY()
        .line("p50", runs, Charts::load, run -> atLeast(run.latencies().totalMs().p50()))
        .line("p90", runs, Charts::load, run -> atLeast(run.latencies().totalMs().p90()))
        .line("p99", runs, Charts::load, run -> atLeast(run.latencies().totalMs().p99()))
        .markPoints()
        .svg();
  }

  /** Draws how much comes at each load, and how much of it in time. */
  static String throughputByLoad(List<RunReport> runs) {
    LinePlot plot =
        new LinePlot("Throughput by load", loadTitle(runs), "requests a second")
            .line("succeeded", runs, Charts::load, run -> run.figures().requestsPerSecond());
    if (runs.stream().anyMatch(run -> !run.goodput().goalsMs().isEmpty())) {
      plot.line("within the SLO", runs, Charts::load, run -> run.goodput().requestsPerSecond());
    }
    return plot.markPoints().svg();
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
}
