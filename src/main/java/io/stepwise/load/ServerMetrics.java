package io.stepwise.load;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the server's own metrics say about a run.
 *
 * @param increases by how much each counter grew, also those of summaries and histograms
 * @param means mean of what each summary or histogram took in during the run
 * @param gauges what each gauge showed at the end
 */
public record ServerMetrics(
    SortedMap<String, Double> increases,
    SortedMap<String, Double> means,
    SortedMap<String, Double> gauges) {

  static final ServerMetrics NONE =
      new ServerMetrics(new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  private static final String SUM = "_sum";
  private static final String COUNT = "_count";

  /** Returns what changed between two readings; a counter that does not change is left out. */
  static ServerMetrics between(PrometheusText before, PrometheusText after) {
    SortedMap<String, Double> increases = new TreeMap<>();
    SortedMap<String, Double> means = new TreeMap<>();
    SortedMap<String, Double> gauges = new TreeMap<>();
    after
        .series()
        .forEach(
            (series, value) -> {
              double increase = value - before.series().getOrDefault(series, 0.0);
              switch (after.kind(series)) {
                case COUNTER -> putChanged(increases, series, increase);
                case GAUGE -> gauges.put(series, value);
                case SUMMARY -> putSummary(increases, means, series, increase, before, after);
                case OTHER -> {}
              }
            });
    return new ServerMetrics(increases, means, gauges);
  }

  /** Returns whether the server says nothing. */
  public boolean saysNothing() {
    return increases.isEmpty() && means.isEmpty() && gauges.isEmpty();
  }

  private static void putChanged(Map<String, Double> increases, String series, double increase) {
    if (increase != 0) {
      increases.put(series, increase);
    }
  }

  private static void putSummary(
      Map<String, Double> increases,
      Map<String, Double> means,
      String series,
      double increase,
      PrometheusText before,
      PrometheusText after) {
    int labels = series.indexOf('{');
    String name = labels < 0 ? series : series.substring(0, labels);
    String rest = labels < 0 ? "" : series.substring(labels);
    if (name.endsWith(COUNT)) {
      putChanged(increases, series, increase);
    }
    if (!name.endsWith(SUM)) {
      return;
    }
    String base = name.substring(0, name.length() - SUM.length());
    String countSeries = base + COUNT + rest;
    double count =
        after.series().getOrDefault(countSeries, 0.0)
            - before.series().getOrDefault(countSeries, 0.0);
    if (count > 0) {
      means.put(base + rest, increase / count);
    }
  }
}
