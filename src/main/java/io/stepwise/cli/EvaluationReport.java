package io.stepwise.cli;

import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.network.ModelDescription;
import io.stepwise.study.AutoencoderReport;
import io.stepwise.study.BoundReport;
import io.stepwise.study.EncodedReport;
import io.stepwise.study.SampleReport;
import io.stepwise.study.Spread;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code evaluate} found, as tables and as JSON. */
final class EvaluationReport {

  private final Map<String, Object> facts = new LinkedHashMap<>();
  private @Nullable BoundReport bound;
  private @Nullable AutoencoderReport autoencoder;
  private @Nullable EncodedReport encoded;
  private @Nullable SampleReport samples;

  EvaluationReport(ModelDescription model) {
    facts.put("model", model.name());
    facts.put("snapshot", model.digest());
  }

  void setBound(BoundReport report) {
    bound = report;
    facts.put("bound_images", report.images());
  }

  void setAutoencoder(AutoencoderReport report) {
    autoencoder = report;
    facts.put("bound_images", report.images());
  }

  void setEncoded(EncodedReport report) {
    encoded = report;
    facts.put("bound_images", report.images());
  }

  void setSamples(SampleReport report, QualityArguments arguments, String classifierDigest) {
    samples = report;
    facts.put("classifier", classifierDigest);
    facts.put("samples_of_each_seed", arguments.n);
    facts.put("seeds", arguments.seeds);
    facts.put("guidance", arguments.guidance);
  }

  void print(PrintWriter out) {
    ModelFacts.printLines(out, facts);
    if (bound != null) {
      print(out, bound);
    }
    if (autoencoder != null) {
      print(out, autoencoder);
    }
    if (encoded != null) {
      EncodedTable.print(out, encoded);
    }
    if (samples != null) {
      print(out, samples);
    }
    out.flush();
  }

  private static void print(PrintWriter out, BoundReport bound) {
    boolean learns = !Double.isNaN(bound.rows().get(0).learned().mean());
    out.printf("%nbound in bits/dim%n");
    out.printf("  %-42s %s%n", "prior", text(bound.prior()));
    out.printf("  %-42s %s%n", "reconstruction, denoised", text(bound.reconstruction()));
    out.printf(
        "  %-42s %s%n", "reconstruction, categorical (not added)", text(bound.categorical()));
    out.printf(
        "%n%7s  %-20s %-20s %-20s%s%n",
        "steps", "fixed small", "fitted to training", "fixed large", learns ? " learned" : "");
    for (BoundReport.Row row : bound.rows()) {
      out.printf(
          "%7d  %-20s %-20s %-20s%s%n",
          row.steps(),
          text(row.fixedSmall()),
          text(row.fitted()),
          text(row.fixedLarge()),
          learns ? " " + text(row.learned()) : "");
    }
    out.printf(
        Locale.ROOT,
        "%ndoublings at which the bound rose: %d; errors' distance from rising with the noise:"
            + " %.2g%n",
        bound.violations().size(),
        bound.isotonicResidual());
  }

  private static void print(PrintWriter out, AutoencoderReport bound) {
    out.printf("%nbound in bits/dim%n");
    out.printf("  %-42s %s%n", "divergence of the latents", text(bound.divergence()));
    out.printf("  %-42s %s%n", "reconstruction", text(bound.reconstruction()));
    out.printf("  %-42s %s%n", "total", text(bound.total()));
    if (bound.samples() > 1) {
      String name = "importance-weighted, " + bound.samples() + " samples";
      out.printf("  %-42s %s%n", name, text(bound.weighted()));
    }
    out.printf("%nlatents in use: %d of %d%n", bound.activeLatents(), bound.latents());
  }

  private static void print(PrintWriter out, SampleReport samples) {
    out.printf("%n%-31s %-20s %s%n", "samples", "model", "floor");
    samples
        .model()
        .forEach(
            (name, spread) ->
                out.printf(
                    "%-31s %-20s %s%n",
                    name.replace('_', ' '),
                    text(spread),
                    text(samples.floor().getOrDefault(name, spread))));
    samples
        .labelAgreement()
        .ifPresent(
            agreement ->
                out.printf(
                    Locale.ROOT,
                    "%-31s %-20s %.4f%n",
                    "label agreement",
                    text(agreement),
                    samples.testAccuracy()));
    SampleReport.Memory memory = samples.memory();
    out.printf(
        Locale.ROOT,
        "%-31s %-20.4f %.4f%n",
        "to the nearest training image",
        memory.samples(),
        memory.test());
    out.printf(
        Locale.ROOT,
        "%-31s %-20.4f %.4f%n",
        "share nearer than 99 % of those",
        memory.copies(),
        0.01);
  }

  Map<String, Object> json() {
    Map<String, Object> fields = new LinkedHashMap<>(facts);
    if (bound != null) {
      fields.put("bound", json(bound));
    }
    if (autoencoder != null) {
      fields.put("bound", json(autoencoder));
    }
    if (encoded != null) {
      fields.put("bound", EncodedTable.json(encoded));
    }
    if (samples != null) {
      fields.put("samples", json(samples));
    }
    return fields;
  }

  private static Map<String, Object> json(AutoencoderReport bound) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("unit", "bits/dim");
    fields.put("divergence", json(bound.divergence()));
    fields.put("reconstruction", json(bound.reconstruction()));
    fields.put("total", json(bound.total()));
    fields.put("importance_weighted", json(bound.weighted()));
    fields.put("importance_samples", bound.samples());
    fields.put("active_latents", bound.activeLatents());
    fields.put("latents", bound.latents());
    return fields;
  }

  private static Map<String, Object> json(BoundReport bound) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("unit", "bits/dim");
    fields.put("prior", json(bound.prior()));
    fields.put("reconstruction", json(bound.reconstruction()));
    fields.put("reconstruction_categorical", json(bound.categorical()));
    List<Object> rows = new ArrayList<>();
    for (BoundReport.Row row : bound.rows()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("steps", row.steps());
      entry.put("fixed_small", json(row.fixedSmall()));
      entry.put("fitted", json(row.fitted()));
      entry.put("fixed_large", json(row.fixedLarge()));
      if (!Double.isNaN(row.learned().mean())) {
        entry.put("learned", json(row.learned()));
      }
      rows.add(entry);
    }
    fields.put("rows", rows);
    List<Object> violations = new ArrayList<>();
    bound
        .violations()
        .forEach(
            violation ->
                violations.add(
                    Map.of(
                        "steps",
                        violation.steps(),
                        "rise",
                        PixelLikelihood.bits(violation.rise()))));
    fields.put("violations", violations);
    fields.put("isotonic_residual", bound.isotonicResidual());
    return fields;
  }

  private static Map<String, Object> json(SampleReport samples) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("model", spreads(samples.model()));
    fields.put("floor", spreads(samples.floor()));
    samples.labelAgreement().ifPresent(s -> fields.put("label_agreement", json(s)));
    fields.put("classifier_test_accuracy", samples.testAccuracy());
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("samples_to_nearest_training_image", samples.memory().samples());
    memory.put("test_images_to_nearest_training_image", samples.memory().test());
    memory.put("share_nearer_than_99_percent_of_test_images", samples.memory().copies());
    fields.put("memory", memory);
    return fields;
  }

  private static Map<String, Object> spreads(Map<String, Spread> spreads) {
    Map<String, Object> fields = new LinkedHashMap<>();
    spreads.forEach((name, spread) -> fields.put(name, json(spread)));
    return fields;
  }

  static Map<String, Object> json(Spread spread) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("mean", spread.mean());
    if (!Double.isNaN(spread.error())) {
      fields.put("standard_error", spread.error());
    }
    return fields;
  }

  static String text(Spread spread) {
    return Double.isNaN(spread.error())
        ? String.format(Locale.ROOT, "%.4f", spread.mean())
        : String.format(Locale.ROOT, "%.4f ± %.4f", spread.mean(), spread.error());
  }
}
