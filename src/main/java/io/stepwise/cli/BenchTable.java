package io.stepwise.cli;

import io.stepwise.bench.BenchmarkReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A benchmark's report for people: facts, an aligned table, and the targets. */
final class BenchTable {

  private static final String GAP = "  ";

  private BenchTable() {}

  static void print(PrintWriter out, BenchmarkReport report) {
    ModelFacts.printLines(out, report.facts());
    out.println();
    List<List<String>> lines = lines(report.rows());
    for (List<String> line : lines) {
      StringBuilder text = new StringBuilder();
      for (int column = 0; column < line.size(); column++) {
        int width = width(lines, column);
        text.append(column == 0 ? "" : GAP).append(("%" + width + "s").formatted(line.get(column)));
      }
      out.println(text);
    }
    out.println();
    for (BenchmarkReport.Target target : report.targets()) {
      out.printf(
          Locale.ROOT,
          "%s: %.4g (%s: %s %.4g)%n",
          target.name(),
          target.value(),
          target.isReached() ? "reached" : "missed",
          target.isUpper() ? "at most" : "at least",
          target.bound());
    }
  }

  private static List<List<String>> lines(List<Map<String, Object>> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.copyOf(rows.get(0).keySet()));
    for (Map<String, Object> row : rows) {
      lines.add(row.values().stream().map(String::valueOf).toList());
    }
    return lines;
  }

  private static int width(List<List<String>> lines, int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(1);
  }
}
