package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The page of the {@link CrossoverExperiment}. */
final class CrossoverPage {

  private CrossoverPage() {}

  static String of(CrossoverCurves curves, int images, StudyFolder folder) throws IOException {
    return """
    A diffusion model of T steps keeps T noisy states of an image; the noisiest has no signal left, so the image reaches \
    it only if something puts it there. An encoder ψ does: it draws the noise of an image from a Gaussian that it makes \
    of the image, x_t = α_t x + σ_t ε_ψ. With T = 1 that is a variational autoencoder whose latent has the image's size; \
    without the encoder it is plain diffusion, and with T = 1 an autoencoder that is told nothing. Each T below is a \
    network of its own, trained for that T alone. The bound is on the same %d test images with the same noise.

    """
            .formatted(images)
        + folder.plot("crossover", "Bits a dimension against T", plot(curves))
        + """

        The curves over the logarithm of T. Where a variational diffusion model is among the models, its line is one \
        network, trained for no T in particular, with the variance that is best for training images.

        """
        + table(curves)
        + """

        `prior` is what the encoder's noise costs against standard noise, `steps` the sum of the divergences of the \
        steps between states, all exact, and `reconstruction` the pixels given the last state. A latent is *active* \
        if it costs more than 0.01 nats in the mean. *Found again*: the share of test images that one draw of the \
        encoder's noise tells from the other test images; by chance it is %s. Errors are standard errors over images.

        """
            .formatted(FigureText.text(1.0 / images, 3))
        + differences(curves);
  }

  private static LinePlot plot(CrossoverCurves curves) {
    LinePlot plot = new LinePlot("", "steps T", "bits/dim").logarithmicX().closeUp();
    line(plot, "with an encoder", curves.with());
    line(plot, "without", curves.without());
    int most =
        Stream.of(curves.with(), curves.without())
            .flatMap(List::stream)
            .mapToInt(CrossoverCurves.Point::steps)
            .max()
            .orElse(Integer.MAX_VALUE);
    curves
        .grids()
        .forEach(
            (model, grid) ->
                plot.line(
                    model,
                    rows(grid, most),
                    row -> row.get("steps").asDouble(),
                    row -> row.get("fitted").asDouble()));
    return plot.markPoints();
  }

  private static void line(LinePlot plot, String name, List<CrossoverCurves.Point> curve) {
    plot.line(name, curve, CrossoverCurves.Point::steps, point -> point.total().mean());
  }

  private static List<JsonNode> rows(JsonNode grid, int most) {
    return StreamSupport.stream(grid.get("rows").spliterator(), false)
        .filter(row -> row.get("steps").asInt() <= most)
        .toList();
  }

  private static String table(CrossoverCurves curves) {
    StringBuilder text =
        new StringBuilder(
            """
            | model | encoder | T | bits/dim | prior | steps | reconstruction | active latents | found again |
            |---|---|---:|---:|---:|---:|---:|---:|---:|
            """);
    curves.without().forEach(point -> text.append(row(point, "none")));
    curves.with().forEach(point -> text.append(row(point, "ψ")));
    for (Map.Entry<String, JsonNode> grid : curves.grids().entrySet()) {
      for (JsonNode row : rows(grid.getValue(), Integer.MAX_VALUE)) {
        double ends =
            FigureText.value(grid.getValue(), "prior")
                + FigureText.value(grid.getValue(), "reconstruction");
        text.append(
            "| `%s` | none | %d | %s | %s | %s | %s | | |%n"
                .formatted(
                    grid.getKey(),
                    row.get("steps").asInt(),
                    FigureText.withError(row, "fitted", 3),
                    FigureText.text(grid.getValue(), "prior", 3),
                    FigureText.text(FigureText.value(row, "fitted") - ends, 3),
                    FigureText.text(grid.getValue(), "reconstruction", 3)));
      }
    }
    return text.toString();
  }

  private static String row(CrossoverCurves.Point point, String encoder) {
    JsonNode bound = point.bound();
    return "| `%s` | %s | %d | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            point.model(),
            encoder,
            point.steps(),
            FigureText.withError(bound, "bits", 3),
            FigureText.text(bound, "prior", 3),
            FigureText.text(bound, "diffusion", 3),
            FigureText.text(bound, "reconstruction", 3),
            FigureText.partOf(bound, "active_latents", "latents"),
            FigureText.text(bound, "retrieval", 3));
  }

  private static String differences(CrossoverCurves curves) {
    List<Crossing.Gap> gaps = curves.gaps();
    if (gaps.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder();
    text.append(
        """
        What the encoder changes, image by image, so that the error is that of pairs; %s.

        | T | with minus without, bits/dim |
        |---:|---:|
        """
            .formatted(CrossoverClaims.crossing(curves)));
    gaps.forEach(
        gap ->
            text.append(
                "| %d | %s |%n".formatted(gap.steps(), FigureText.withError(gap.spread(), 3))));
    return text.toString();
  }
}
