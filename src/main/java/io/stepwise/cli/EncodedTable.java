package io.stepwise.cli;

import io.stepwise.study.EncodedReport;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The bound of a model with an encoder, as a table and as JSON. */
final class EncodedTable {

  /** More steps than these are told in the JSON alone. */
  private static final int MOST_STEPS_SHOWN = 32;

  private EncodedTable() {}

  static void print(PrintWriter out, EncodedReport report) {
    out.printf("%nbound in bits/dim%n");
    print(out, "prior", EvaluationReport.text(report.prior()));
    int count = report.steps().size();
    if (count > MOST_STEPS_SHOWN) {
      print(out, count + " steps", "each in the JSON file");
    } else {
      for (int i = 0; i < count; i++) {
        print(
            out, "step to level " + (count - 1 - i), EvaluationReport.text(report.steps().get(i)));
      }
    }
    print(out, "reconstruction", EvaluationReport.text(report.reconstruction()));
    print(out, "  its deviation", String.format(Locale.ROOT, "%.4f", report.deviation()));
    print(out, "total", EvaluationReport.text(report.total()));
    print(
        out,
        "latents of the encoder in use",
        "%d of %d".formatted(report.activeLatents(), report.latents()));
    if (report.importanceSamples() > 0) {
      print(
          out,
          "with " + report.importanceSamples() + " draws for each image",
          EvaluationReport.text(report.importance()));
    }
  }

  private static void print(PrintWriter out, String name, String value) {
    out.printf("  %-42s %s%n", name, value);
  }

  static Map<String, Object> json(EncodedReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("unit", "bits/dim");
    fields.put("total", EvaluationReport.json(report.total()));
    fields.put("prior", EvaluationReport.json(report.prior()));
    fields.put("steps", report.steps().stream().map(EvaluationReport::json).toList());
    fields.put("reconstruction", EvaluationReport.json(report.reconstruction()));
    fields.put("deviation", report.deviation());
    fields.put("latents", report.latents());
    fields.put("active_latents", report.activeLatents());
    if (report.importanceSamples() > 0) {
      fields.put("importance_samples", report.importanceSamples());
      fields.put("importance_weighted", EvaluationReport.json(report.importance()));
    }
    return fields;
  }
}
