package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The page of the {@link LoopExperiment}. */
final class LoopPage {

  private static final double HALF = 0.5;
  private static final int CURVE_POINTS = 100;

  private record Sampler(String model, String name, JsonNode figures) {
    String title() {
      return model + ", " + name;
    }
  }

  private LoopPage() {}

  static String of(Map<String, JsonNode> results, StudyFolder folder, Map<String, Object> settings)
      throws IOException {
    List<Sampler> samplers = new ArrayList<>();
    results.forEach(
        (model, figures) ->
            figures
                .get("samplers")
                .properties()
                .forEach(
                    entry -> samplers.add(new Sampler(model, entry.getKey(), entry.getValue()))));
    StringBuilder text = new StringBuilder();
    text.append(
        """
        The loop decodes pure noise, adds less noise to what came out, decodes again, and so on: each step \
        forgets all of its state but the decoder's image. `ddpm` (ancestral sampling) and `ddim` (the \
        probability-flow ODE) with the same network are the controls. %s decodings, %s images at once, \
        %s test images for the recovery.

        ## Does a decoder find an image again?

        The mean square difference between a test image and the decoder's estimate from its noised version, \
        over the variance of images: 1 is as good as the mean of all images.

        """
            .formatted(settings.get("steps"), settings.get("chains"), settings.get("images")));
    text.append(recovery(results, folder)).append('\n');
    text.append(halves(results));
    text.append(
        """

        ## Does a chain stay with one image?

        Share of images whose label, by the fixed classifier, is already that of their last estimate:

        """);
    text.append(curves("end_label", "share with the last label", samplers, folder)).append('\n');
    text.append(
        """
        How far an estimate is from the one before, where 1 is the distance of two independent images:

        """);
    text.append(curves("displacement", "displacement", samplers, folder)).append('\n');
    text.append(table(samplers));
    for (Sampler sampler : samplers) {
      text.append("\n### ").append(sampler.title()).append("\n\n");
      text.append(
          folder.picture(
              "film-" + sampler.model() + "-" + sampler.name(),
              "Estimates of four images from the noisiest step on the left to the last on the"
                  + " right",
              Base64.getDecoder().decode(sampler.figures().get("film").asText())));
    }
    return text.toString();
  }

  private static String recovery(Map<String, JsonNode> results, StudyFolder folder)
      throws IOException {
    LinePlot error = new LinePlot("Recovery", "log-SNR", "error over the variance of images");
    LinePlot retrieval = new LinePlot("Retrieval", "log-SNR", "share of images found again");
    results.forEach(
        (model, figures) -> {
          List<JsonNode> points = new ArrayList<>();
          figures.get("recovery").forEach(points::add);
          error.line(model, points, p -> number(p, "log_snr"), p -> number(p, "error"));
          retrieval.line(model, points, p -> number(p, "log_snr"), p -> number(p, "retrieval"));
        });
    return folder.plot("recovery", "Error of the estimate against the log-SNR", error)
        + "\n"
        + folder.plot("retrieval", "Images found again against the log-SNR", retrieval);
  }

  /** Says where each curve falls below a half. */
  private static String halves(Map<String, JsonNode> results) {
    StringBuilder text =
        new StringBuilder("| model | error falls below 1/2 at a log-SNR of |\n|---|---|\n");
    results.forEach(
        (model, figures) -> {
          String where = "never";
          for (JsonNode point : figures.get("recovery")) {
            if (number(point, "error") <= HALF) {
              where = String.format(Locale.ROOT, "%.1f", number(point, "log_snr"));
            }
          }
          text.append("| `%s` | %s |%n".formatted(model, where));
        });
    return text.toString();
  }

  private static String curves(
      String figure, String title, List<Sampler> samplers, StudyFolder folder) throws IOException {
    LinePlot plot = new LinePlot("", "step", title);
    for (Sampler sampler : samplers) {
      JsonNode values = sampler.figures().get(figure);
      int last = values.size() - 1;
      List<Integer> steps =
          IntStream.rangeClosed(1, last)
              .filter(step -> step == last || step % Math.max(1, last / CURVE_POINTS) == 0)
              .boxed()
              .toList();
      plot.line(sampler.title(), steps, step -> step, step -> values.get(step).asDouble());
    }
    return folder.plot(figure.replace('_', '-'), title + " against the step", plot);
  }

  private static String table(List<Sampler> samplers) {
    StringBuilder text =
        new StringBuilder(
            """
            | model | sampler | label switches per 100 steps | mean displacement | classifier-Fréchet distance | recall |
            |---|---|---:|---:|---:|---:|
            """);
    for (Sampler sampler : samplers) {
      JsonNode figures = sampler.figures();
      double displacement =
          IntStream.range(1, figures.get("displacement").size())
              .mapToDouble(i -> figures.get("displacement").get(i).asDouble())
              .average()
              .orElse(0);
      text.append(
          String.format(
              Locale.ROOT,
              "| `%s` | %s | %.2f | %.4f | %.2f | %.2f |%n",
              sampler.model(),
              sampler.name(),
              number(figures, "label_switches_per_100_steps"),
              displacement,
              number(figures, "classifier_frechet_distance"),
              number(figures, "recall")));
    }
    return text.toString();
  }

  private static double number(JsonNode figures, String name) {
    return figures.get(name).asDouble();
  }
}
