package io.stepwise.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a benchmark found.
 *
 * @param facts what holds for all of it, by name
 * @param rows one measurement each, its figures by name; every row has the same names
 * @param targets what the figures are to reach
 * @param plot SVG of the figures; empty if nothing is drawn
 */
public record BenchmarkReport(
    Map<String, Object> facts, List<Map<String, Object>> rows, List<Target> targets, String plot) {

  /** Makes a report that is not drawn. */
  public BenchmarkReport(
      Map<String, Object> facts, List<Map<String, Object>> rows, List<Target> targets) {
    this(facts, rows, targets, "");
  }

  /** Copies what it is given and checks that the rows have the same names. */
  public BenchmarkReport {
    facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    List<Map<String, Object>> copies = new ArrayList<>();
    for (Map<String, Object> row : rows) {
      if (!row.keySet().equals(rows.get(0).keySet())) {
        throw new IllegalArgumentException(
            "row: " + row.keySet() + " (expected: " + rows.get(0).keySet() + ")");
      }
      copies.add(Collections.unmodifiableMap(new LinkedHashMap<>(row)));
    }
    rows = List.copyOf(copies);
    targets = List.copyOf(targets);
  }

  /**
   * A figure that is to reach a bound.
   *
   * @param name what the figure is
   * @param value the figure
   * @param bound what it is to be
   * @param isUpper whether the figure is to be at most the bound, not at least
   */
  public record Target(String name, double value, double bound, boolean isUpper) {

    /** Returns a target that is reached from the bound upwards. */
    static Target atLeast(String name, double value, double bound) {
      return new Target(name, value, bound, false);
    }

    /** Returns a target that is reached up to the bound. */
    static Target atMost(String name, double value, double bound) {
      return new Target(name, value, bound, true);
    }

    /** Returns whether the figure is what it is to be. */
    public boolean isReached() {
      return isUpper ? value <= bound : value >= bound;
    }
  }
}
