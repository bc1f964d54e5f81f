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
          if (most.has("learned")) {
            claims.add(learned(model, most));
          }
        });
    return claims;
  }

  private static Claim learned(String model, JsonNode most) {
    return new Claim(
        "The variance that `%s` has learnt for its steps makes its bound tighter.".formatted(model),
        Claim.Verdict.of(value(most, "learned") < value(most, "fixed")),
        "with T = %d %s bits/dim, %s with the posterior's variance, %s with a fitted one"
            .formatted(
                most.get("steps").asInt(),
                FigureText.withError(most, "learned", 3),
                FigureText.withError(most, "fixed", 3),
                FigureText.withError(most, "fitted", 3)));
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    return """
    The variational bound of test images by the number of steps T, all from one network and one draw of noise. \
    %d images; the network is told the label. *Fitted*: with one variance a step, the best for training images.

    """
            .formatted(bound.images())
        + folder.plot("bits", "Bits a dimension with fitted variances", plot(results, "fitted"))
        + """

        *Fixed*: with the posterior's variance, the textbook's sum, which is astronomically bad where steps are few.

        """
        + folder.plot(
            "bits-fixed", "Bits a dimension with the posterior's variance", plot(results, "fixed"))
        + """

        `prior` is what the noisiest state costs and `reconstruction` the pixels given the least noisy one; both are in the \
        totals, which are those of the fitted variance but for the columns `fixed` and `learned`. `learned` is the variance \
        that a network gives itself, where it was trained to. Errors are standard errors over images.

        """
        + table(results);
  }

  private static LinePlot plot(Map<String, JsonNode> results, String variance) {
    LinePlot plot = new LinePlot("", "steps T", "bits/dim").logarithmicX().logarithmicY();
    results.forEach(
        (model, figures) ->
            plot.line(
                model, rows(figures), row -> value(row, "steps"), row -> value(row, variance)));
    return plot;
  }

  private String table(Map<String, JsonNode> results) {
    StringBuilder text =
        new StringBuilder(
            """
            | model | prior | reconstruction | T = 1 | T = 16 | T = %d | fixed | learned | doublings that rose |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|
            """
                .formatted(bound.grid()));
    results.forEach(
        (model, figures) -> {
          List<JsonNode> rows = rows(figures);
          JsonNode most = rows.get(rows.size() - 1);
          text.append(
              "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                  .formatted(
                      model,
                      FigureText.text(figures, "prior", 3),
                      FigureText.text(figures, "reconstruction", 3),
                      FigureText.text(rows.get(0), "fitted", 2),
                      FigureText.text(rows.get(Math.min(4, rows.size() - 1)), "fitted", 2),
                      FigureText.withError(most, "fitted", 3),
                      FigureText.withError(most, "fixed", 3),
                      FigureText.withError(most, "learned", 3),
                      FigureText.text(figures, "rises", 0)));
        });
    return text.toString();
  }

  private static List<JsonNode> rows(JsonNode figures) {
    List<JsonNode> rows = new ArrayList<>();
    figures.get("rows").forEach(rows::add);
    return rows;
  }

  private static double value(JsonNode row, String name) {
    return FigureText.value(row, name);
  }
}
