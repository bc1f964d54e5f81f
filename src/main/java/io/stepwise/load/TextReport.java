package io.stepwise.load;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report as text for a terminal. */
public final class TextReport {

  private static final String END = System.lineSeparator();

  private TextReport() {}

  /** Returns the text, whole lines. */
  public static String of(LoadReport report) {
    StringBuilder text = new StringBuilder();
    text.append(report.options().target().url());
    if (!report.unloadedMs().isEmpty()) {
      text.append(", unloaded ").append(times(report.unloadedMs()));
    }
    text.append(END);
    for (RunReport run : report.runs()) {
      text.append(END).append(of(run));
    }
    if (report.runs().size() > 1) {
      text.append(END).append(ReportTables.sweep(report));
    }
    return text.toString();
  }

  private static String of(RunReport run) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%s, %.1f s%n%n", ReportTables.name(run.load()), run.seconds()));
    text.append(ReportTables.totals(run)).append(END);
    text.append(ReportTables.latencies(run));
    if (!run.goodput().goalsMs().isEmpty()) {
      text.append(END).append("SLO of ").append(times(run.goodput().goalsMs())).append(" met by ");
      text.append(TextTable.percent(run.goodput().attainment())).append(END);
    }
    if (!run.server().saysNothing()) {
      text.append(END).append(ReportTables.server(run.server()));
    }
    for (String warning : run.warnings()) {
      text.append(END).append("warning: ").append(warning).append(END);
    }
    return text.toString();
  }

  /** Returns times by step count as one line. */
  static String times(Map<String, Double> ms) {
    return ms.entrySet().stream()
        .map(
            time ->
                time.getKey().equals(StepMix.name(StepMix.SERVERS_CHOICE))
                    ? TextTable.number(time.getValue()) + " ms"
                    : TextTable.number(time.getValue()) + " ms (" + time.getKey() + " steps)")
        .collect(Collectors.joining(", "));
  }
}
