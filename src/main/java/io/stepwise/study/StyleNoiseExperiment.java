package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.image.FloatImage;
import io.stepwise.network.FolderModel;
import io.stepwise.network.OnePassModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Style generators with noise for each pixel and without: whether it makes better samples, and what
 * it draws.
 *
 * @param samples measures the samples
 */
record StyleNoiseExperiment(SampleMeasurement samples) implements Experiment {

  private static final int SHOWN_CODES = 4;

  @Override
  public String name() {
    return "style-noise";
  }

  @Override
  public String title() {
    return "A generator with noise for each pixel";
  }

  @Override
  public boolean suits(FolderModel model) {
    return model instanceof OnePassModel onePass && onePass.codeSize().isPresent();
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    ObjectNode figures = JsonNodeFactory.instance.objectNode();
    figures.set("samples", samples.usual(model));
    figures.set("pictures", samples.shown(model));
    if (model.model() instanceof OnePassModel generator
        && generator.codeSize().orElse(0) < generator.description().shape().size()) {
      figures.set("noise", StyleNoise.DEFAULT.measure(model, generator.codeSize().orElseThrow()));
    }
    return figures;
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    List<Claim> claims = new ArrayList<>();
    Optional<Map.Entry<String, JsonNode>> with = best(results, true);
    Optional<Map.Entry<String, JsonNode>> without = best(results, false);
    if (with.isPresent() && without.isPresent()) {
      claims.add(quality(with.get(), without.get()));
    }
    results.forEach(
        (model, figures) -> {
          if (figures.has("noise")) {
            claims.add(detail(model, figures.get("noise")));
          }
        });
    return claims;
  }

  private static Optional<Map.Entry<String, JsonNode>> best(
      Map<String, JsonNode> results, boolean hasNoise) {
    return results.entrySet().stream()
        .filter(each -> each.getValue().has("noise") == hasNoise)
        .reduce((a, b) -> distance(a).mean() <= distance(b).mean() ? a : b);
  }

  private static Spread distance(Map.Entry<String, JsonNode> model) {
    return FigureText.spread(model.getValue().get("samples"), SampleMeasurement.DISTANCE);
  }

  private static Claim quality(
      Map.Entry<String, JsonNode> with, Map.Entry<String, JsonNode> without) {
    return new Claim(
        "Noise for each pixel brings a generator's samples nearer to real images.",
        Claim.Verdict.less(distance(with), distance(without)),
        String.format(
            Locale.ROOT,
            "classifier-Fréchet distance %s with, %s without; recall %.3f and %.3f",
            FigureText.withError(distance(with), 2),
            FigureText.withError(distance(without), 2),
            FigureText.value(with.getValue().get("samples"), "recall"),
            FigureText.value(without.getValue().get("samples"), "recall")));
  }

  /** Noise that changes nothing by as much as half a level of a pixel draws nothing. */
  private static Claim detail(String model, JsonNode noise) {
    double deviation = FigureText.value(noise, "deviation");
    double ofNoise = FigureText.value(noise, "fine_share");
    double ofCode = FigureText.value(noise, "code_fine_share");
    boolean isSeen = deviation > PixelBins.HALF_WIDTH;
    return new Claim(
        "The noise of `%s` draws fine detail, and its code the shape.".formatted(model),
        Claim.Verdict.of(isSeen && ofNoise > ofCode),
        String.format(
            Locale.ROOT,
            "%.0f %% of the noise's variance is fine, of the code's %.0f %%; deviation by noise"
                + " %.4f of [-1, 1], by code %.4f",
            100 * ofNoise,
            100 * ofCode,
            deviation,
            FigureText.value(noise, "code_deviation")));
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        A style generator makes an image of a small code, which sets the style of every level, and may add a map of \
        noise to each level, one number a pixel: latents of the image's size. %d samples a seed, %d seeds, against as \
        many test images.

        | model | noise | classifier-Fréchet distance | precision | recall | coverage |
        |---|---|---:|---:|---:|---:|
        """
            .formatted(samples.samples(), samples.seeds()));
    Map<String, List<FloatImage>> rows = new LinkedHashMap<>();
    results.forEach(
        (model, figures) -> {
          JsonNode quality = figures.get("samples");
          text.append(
              "| `%s` | %s | %s | %s | %s | %s |%n"
                  .formatted(
                      model,
                      figures.has("noise") ? "yes" : "no",
                      FigureText.withError(quality, SampleMeasurement.DISTANCE, 2),
                      FigureText.text(quality, "precision", 3),
                      FigureText.text(quality, "recall", 3),
                      FigureText.text(quality, "coverage", 3)));
          rows.put(model, Pictures.images(figures.get("pictures")));
        });
    text.append(
        """

        Samples of each, none chosen:

        """);
    text.append(
        folder.picture("style-samples", "A row of samples of each model", Pictures.png(rows)));
    for (Map.Entry<String, JsonNode> each : results.entrySet()) {
      if (each.getValue().has("noise")) {
        text.append(noise(each.getKey(), each.getValue().get("noise"), folder));
      }
    }
    return text.toString();
  }

  private static String noise(String model, JsonNode noise, StudyFolder folder) throws IOException {
    List<FloatImage> images = Pictures.images(noise);
    int columns = images.size() / SHOWN_CODES;
    Map<String, List<FloatImage>> rows = new LinkedHashMap<>();
    for (int code = 0; code < SHOWN_CODES; code++) {
      rows.put("code " + (code + 1), images.subList(code * columns, (code + 1) * columns));
    }
    return """

    ## What the noise of `%s` draws

    %s codes, each with %s draws of the noise.

    | what is drawn anew | standard deviation of a pixel | share in the fine band |
    |---|---:|---:|
    | the noise, at one code | %s | %s |
    | the code, the mean of whose draws is taken | %s | %s |

    The *fine band* is what vanishes when every square of 2 by 2 pixels is replaced by its mean; of white noise it has \
    three quarters of the variance, and of shapes little. Pixels are in [-1, 1], so a level of 256 is 0.0078.

    """
            .formatted(
                model,
                FigureText.text(noise, "codes", 0),
                FigureText.text(noise, "draws", 0),
                FigureText.text(noise, "deviation", 4),
                FigureText.text(noise, "fine_share", 3),
                FigureText.text(noise, "code_deviation", 4),
                FigureText.text(noise, "code_fine_share", 3))
        + folder.picture(
            "style-noise-" + model,
            "A row a code: draws of the noise, and last the deviation of each pixel",
            Pictures.png(rows))
        + """

        A row a code: draws of the noise, and in the last column the standard deviation of each pixel over all draws, \
        black for none, white for the largest of all (%s).
        """
            .formatted(FigureText.text(noise, "largest_deviation", 4));
  }
}
