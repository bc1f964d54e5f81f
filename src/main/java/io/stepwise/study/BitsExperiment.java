package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.network.FolderModel;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The bound in bits/dim against the number of steps, with the posterior's variance and with one
 * fitted to training images.
 *
 * @param bound measures the bound
 */
record BitsExperiment(BoundMeasurement bound) implements Experiment {

  @Override
  public String name() {
    return "bits";
  }

  @Override
  public String title() {
    return "Bits a dimension against the number of steps";
  }

  @Override
  public boolean suits(FolderModel model) {
    return BoundMeasurement.hasGrid(model);
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    return bound.grid(model);
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    List<Claim> claims = new ArrayList<>();
    results.forEach(
        (model, figures) -> {
          JsonNode rows = figures.get("rows");
          JsonNode one = rows.get(0);
          JsonNode most = rows.get(rows.size() - 1);
          int rises = figures.get("rises").asInt();
          claims.add(
              new Claim(
                  "More steps make the bound of `%s` tighter.".formatted(model),
                  rises == 0 ? Claim.Verdict.HOLDS : Claim.Verdict.HOLDS_WITH_CORRECTION,
                  String.format(
                      Locale.ROOT,
                      "it rose at %d of %d doublings; from T = 1 to %d: %.0f to %.2f bits/dim with"
                          + " the posterior's variance, %.2f to %.2f with a fitted one",
                      rises,
                      rows.size() - 1,
                      bound.grid(),
                      value(one, "fixed"),
                      value(most, "fixed"),
                      value(one, "fitted"),
                      value(most, "fitted"))));
        });
    return claims;
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    LinePlot plot = new LinePlot("", "steps", "bits/dim").logarithmicX().logarithmicY();
    StringBuilder table =
        new StringBuilder(
            """
            | model | prior | reconstruction | T = 1 | T = 16 | T = %d | doublings that rose |
            |---|---:|---:|---:|---:|---:|---:|
            """
                .formatted(bound.grid()));
    results.forEach(
        (model, figures) -> {
          List<JsonNode> rows = new ArrayList<>();
          figures.get("rows").forEach(rows::add);
          plot.line(
              model + ", fixed",
              rows,
              row -> row.get("steps").asDouble(),
              row -> value(row, "fixed"));
          plot.line(
              model + ", fitted",
              rows,
              row -> row.get("steps").asDouble(),
              row -> value(row, "fitted"));
          table.append(
              String.format(
                  Locale.ROOT,
                  "| `%s` | %.3f | %.3f | %.2f | %.2f | %s | %d |%n",
                  model,
                  figures.get("prior").asDouble(),
                  figures.get("reconstruction").asDouble(),
                  value(rows.get(0), "fitted"),
                  value(rows.get(Math.min(4, rows.size() - 1)), "fitted"),
                  last(rows.get(rows.size() - 1)),
                  figures.get("rises").asInt()));
        });
    return """
    The variational bound of test images by the number of steps T, all from one network and one draw of noise: \
    *fixed* with the posterior's variance, *fitted* with the one number a step that is best for training images. \
    %d images; the network is told the label.

    """
            .formatted(bound.images())
        + folder.plot("bits", "Bits a dimension against the number of steps", plot)
        + "\nWith the fitted variance:\n\n"
        + table;
  }

  private static String last(JsonNode row) {
    double error = value(row, "fitted_error");
    return Double.isNaN(error)
        ? String.format(Locale.ROOT, "%.3f", value(row, "fitted"))
        : String.format(Locale.ROOT, "%.3f ± %.3f", value(row, "fitted"), error);
  }

  private static double value(JsonNode row, String name) {
    return row.get(name).asDouble();
  }
}
