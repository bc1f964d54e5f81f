package io.stepwise.load;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One reading of a server's metrics in Prometheus's text format. What says nothing of sampling (of
 * the JVM, the process, the machine, the log) is left out.
 *
 * @param series value of each series, by its name and labels as they stand there
 * @param types type of each metric, as {@code counter}
 */
record PrometheusText(Map<String, Double> series, Map<String, String> types) {

  static final PrometheusText NONE = new PrometheusText(Map.of(), Map.of());

  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{.*})?)\\s+(\\S+)(?:\\s+-?\\d+)?");
  private static final Pattern TYPE = Pattern.compile("#\\s*TYPE\\s+(\\S+)\\s+(\\S+)\\s*");
  private static final Pattern BESIDE =
      Pattern.compile("(jvm|process|system|logback|executor|disk|go|python|promhttp)_.*");
  private static final Pattern PART = Pattern.compile("_(sum|count|bucket|max|total|created)$");

  /** Parts of a metric of which a difference or a last value says nothing about a run. */
  private static final Set<String> NO_FIGURES = Set.of("bucket", "created", "max");

  /** What reading the metrics itself adds to them. */
  private static final String OWN_ROUTE = "\"/metrics\"";

  /** What a series is. */
  enum Kind {
    /** It only grows. */
    COUNTER,
    /** It goes up and down. */
    GAUGE,
    /** Sum or count of many values. */
    SUMMARY,
    /** Something else, such as a histogram's bucket. */
    OTHER
  }

  /** Reads a text; lines that it does not know are left out. */
  static PrometheusText parse(String text) {
    Map<String, Double> series = new LinkedHashMap<>();
    Map<String, String> types = new LinkedHashMap<>();
    text.lines()
        .filter(line -> !line.isBlank())
        .forEach(
            line -> {
              Matcher type = TYPE.matcher(line);
              Matcher sample = SAMPLE.matcher(line.strip());
              if (type.matches()) {
                types.put(type.group(1), type.group(2));
              } else if (sample.matches() && !isBeside(line)) {
                putNumber(series, sample.group(1), sample.group(2));
              }
            });
    return new PrometheusText(series, types);
  }

  private static void putNumber(Map<String, Double> series, String name, String number) {
    try {
      double value = Double.parseDouble(number);
      if (Double.isFinite(value)) {
        series.put(name, value);
      }
    } catch (NumberFormatException e) {
      // +Inf and the like: no number that could be reported
      return;
    }
  }

  private static boolean isBeside(String line) {
    return BESIDE.matcher(line).matches() || line.contains(OWN_ROUTE);
  }

  /** Returns what a series is, by its declared type or else by its name. */
  Kind kind(String seriesName) {
    String name = seriesName.replaceFirst("\\{.*", "");
    String part = PART.matcher(name).find() ? name.substring(name.lastIndexOf('_') + 1) : "";
    String base = PART.matcher(name).replaceFirst("");
    String type = types.getOrDefault(name, types.getOrDefault(base, "untyped"));
    if (seriesName.contains("quantile=\"") || NO_FIGURES.contains(part)) {
      return Kind.OTHER;
    }
    return switch (type) {
      case "counter" -> Kind.COUNTER;
      case "gauge" -> Kind.GAUGE;
      case "summary", "histogram" -> Kind.SUMMARY;
      default -> part.equals("total") ? Kind.COUNTER : Kind.OTHER;
    };
  }
}
