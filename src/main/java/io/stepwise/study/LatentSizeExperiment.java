package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.family.Family;
import io.stepwise.image.FloatImage;
import io.stepwise.network.FolderModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Autoencoders by the size of what they encode an image as: a bottleneck, one latent of the image's
 * size, and a hierarchy of them.
 *
 * @param bound measures the bounds
 * @param samples measures and draws the samples
 */
record LatentSizeExperiment(BoundMeasurement bound, SampleMeasurement samples)
    implements Experiment {

  private static final String BOTTLENECK = Family.VAE.fieldValue();
  private static final String ONE_STEP = Family.ONE_STEP.fieldValue();
  private static final String HIERARCHY = Family.HIERARCHICAL_VAE.fieldValue();

  /** A model of one of the sizes. */
  private record Sized(String name, JsonNode figures) {

    JsonNode bound() {
      return figures.get("bound");
    }

    JsonNode quality() {
      return figures.get("samples");
    }

    Spread distance() {
      return FigureText.spread(quality(), SampleMeasurement.DISTANCE);
    }

    /** Returns the tightest bound that was measured. */
    Spread bits() {
      return FigureText.spread(bound(), bound().has("importance") ? "importance" : "bits");
    }
  }

  @Override
  public String name() {
    return "latent-size";
  }

  @Override
  public String title() {
    return "The size of the latent";
  }

  @Override
  public boolean suits(FolderModel model) {
    String family = model.stepwise().family();
    return BoundMeasurement.isAutoencoder(model)
        || (BoundMeasurement.hasEncodedNoise(model)
            && BoundMeasurement.hasEncoder(model)
            && List.of(ONE_STEP, HIERARCHY).contains(family));
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    ObjectNode figures = JsonNodeFactory.instance.objectNode();
    figures.put(
        "family", BoundMeasurement.isAutoencoder(model.model()) ? BOTTLENECK : model.family());
    figures.set("bound", bound.of(model).orElseThrow());
    figures.set("samples", samples.usual(model));
    figures.set("pictures", samples.shown(model));
    return figures;
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    List<Claim> claims = new ArrayList<>();
    Optional<Sized> bottleneck = best(results, BOTTLENECK);
    Optional<Sized> oneStep = best(results, ONE_STEP);
    Optional<Sized> hierarchy = best(results, HIERARCHY);
    if (bottleneck.isPresent() && oneStep.isPresent()) {
      claims.addAll(
          comparison(
              "A latent of the image's size", oneStep.get(), "a bottleneck", bottleneck.get()));
    }
    if (oneStep.isPresent() && hierarchy.isPresent()) {
      claims.addAll(
          comparison(
              "A hierarchy of latents", hierarchy.get(), "one of the image's size", oneStep.get()));
    }
    return claims;
  }

  private static Optional<Sized> best(Map<String, JsonNode> results, String family) {
    return results.entrySet().stream()
        .filter(each -> each.getValue().get("family").asText().equals(family))
        .map(each -> new Sized(each.getKey(), each.getValue()))
        .reduce((a, b) -> a.bits().mean() <= b.bits().mean() ? a : b);
  }

  private static List<Claim> comparison(String first, Sized one, String second, Sized other) {
    return List.of(
        new Claim(
            "%s describes images in fewer bits than %s.".formatted(first, second),
            Claim.Verdict.less(one.bits(), other.bits()),
            "`%s` %s, `%s` %s bits/dim"
                .formatted(
                    one.name(),
                    FigureText.withError(one.bits(), 3),
                    other.name(),
                    FigureText.withError(other.bits(), 3))),
        new Claim(
            "%s makes samples that are nearer to real images than %s.".formatted(first, second),
            Claim.Verdict.less(one.distance(), other.distance()),
            "classifier-Fréchet distance: `%s` %s, `%s` %s; recall %.2f and %.2f"
                .formatted(
                    one.name(),
                    FigureText.withError(one.distance(), 2),
                    other.name(),
                    FigureText.withError(other.distance(), 2),
                    FigureText.value(one.quality(), "recall"),
                    FigureText.value(other.quality(), "recall"))));
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        Three kinds of variational autoencoders: one that squeezes an image through a bottleneck (`%s`), one whose \
        only latent has the size of the image and whose decoder is a U-Net, which is diffusion in one step (`%s`), \
        and one with several latents of the image's size, each given the one before (`%s`). The same %d test images; \
        %d samples a seed, %d seeds.

        | model | latents | active | KL | reconstruction | bits/dim | with K draws | K |
        |---|---:|---:|---:|---:|---:|---:|---:|
        """
            .formatted(
                BOTTLENECK,
                ONE_STEP,
                HIERARCHY,
                bound.images(),
                samples.samples(),
                samples.seeds()));
    results.forEach((model, figures) -> text.append(bits(model, figures.get("bound"))));
    text.append(
        """

        `latents`: how many numbers an image is encoded as; `active`: those that cost more than 0.01 nats in the mean. \
        `KL`: what all of them cost; `reconstruction`: the pixels given the latents, by a discretised Gaussian whose \
        deviation training images choose; their sum is the bound. `with K draws`: a tighter bound by K draws of \
        the latents for each image (importance weighting), which compares only with figures of the same K. \
        Networks with labels are told them, which is worth at most 0.004 bits/dim.

        | model | evaluations | classifier-Fréchet distance | precision | recall | coverage |
        |---|---:|---:|---:|---:|---:|
        """);
    results.forEach((model, figures) -> text.append(quality(model, figures.get("samples"))));
    text.append(
        """

        Samples of each, none chosen:

        """);
    Map<String, List<FloatImage>> rows = new LinkedHashMap<>();
    results.forEach((model, figures) -> rows.put(model, Pictures.images(figures.get("pictures"))));
    text.append(
        folder.picture("latent-size", "A row of samples of each model", Pictures.png(rows)));
    return text.toString();
  }

  private static String bits(String model, JsonNode bound) {
    double divergence = FigureText.value(bound, "prior") + FigureText.value(bound, "diffusion");
    return "| `%s` | %s | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            model,
            FigureText.text(bound, "latents", 0),
            FigureText.text(bound, "active_latents", 0),
            FigureText.text(divergence, 3),
            FigureText.text(bound, "reconstruction", 3),
            FigureText.withError(bound, "bits", 3),
            FigureText.withError(bound, "importance", 3),
            FigureText.text(bound, "importance_samples", 0));
  }

  private static String quality(String model, JsonNode quality) {
    return String.format(
        Locale.ROOT,
        "| `%s` | %d | %s | %s | %s | %s |%n",
        model,
        quality.get("evaluations").asInt(),
        FigureText.withError(quality, SampleMeasurement.DISTANCE, 2),
        FigureText.text(quality, "precision", 3),
        FigureText.text(quality, "recall", 3),
        FigureText.text(quality, "coverage", 3));
  }
}
