package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.image.FloatImage;
import io.stepwise.network.FolderModel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All models beside one another: size, bound, quality of samples and speed.
 *
 * @param bound measures the bounds
 * @param samples measures and draws the samples
 * @param speed measures the speed
 */
record FamiliesExperiment(BoundMeasurement bound, SampleMeasurement samples, SpeedMeasurement speed)
    implements Experiment {

  @Override
  public String name() {
    return "families";
  }

  @Override
  public String title() {
    return "All models beside one another";
  }

  @Override
  public boolean suits(FolderModel model) {
    return true;
  }

  @Override
  public JsonNode measure(MeasuredModel measured) throws IOException {
    FolderModel model = measured.model();
    ObjectNode figures = JsonNodeFactory.instance.objectNode();
    figures.put("family", measured.family());
    model.parameterCount().ifPresent(count -> figures.put("parameters", count));
    model.companionParameterCount().ifPresent(count -> figures.put("companion_parameters", count));
    model.operationsPerStep().ifPresent(count -> figures.put("operations_per_step", count));
    Optional<JsonNode> bits = bound.of(measured);
    bits.ifPresent(known -> figures.set("bound", known));
    figures.set("samples", samples.usual(measured));
    figures.set("pictures", samples.shown(measured));
    figures.set("speed", speed.of(measured));
    return figures;
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    return FamiliesClaims.of(results);
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        Every model with its own solver and the number of steps it is usually sampled with. The bound is on the same %d \
        test images; samples are %d a seed, %d seeds, without guidance, against as many test images.

        | model | family | bits/dim | T | classifier-Fréchet distance | precision | recall | label agreement | near copies |
        |---|---|---:|---:|---:|---:|---:|---:|---:|
        """
            .formatted(bound.images(), samples.samples(), samples.seeds()));
    results.forEach((model, figures) -> text.append(quality(model, figures)));
    text.append(
        """

        `bits/dim`: the bound for T steps, less is better; given the label where a network knows labels, which is worth at \
        most 0.004. Without an encoder its steps have the variance that is best for training images. A dash: the \
        model has no likelihood. `classifier-Fréchet distance`: less is better, %s is what training images reach. \
        `precision`: samples among real images; `recall`: real images among samples. `label agreement`: samples to which the \
        classifier gives the label that was asked for. `near copies`: samples nearer to a training image than 99 %% of unseen \
        test images are; 0.01 where nothing is memorised.

        | model | parameters | of training alone | evaluations an image | GFLOP an image | image-steps/s | images/s |
        |---|---:|---:|---:|---:|---:|---:|
        """
            .formatted(FigureText.text(first(results).get("samples"), "floor", 2)));
    results.forEach((model, figures) -> text.append(cost(model, figures)));
    JsonNode speed = first(results).get("speed");
    text.append(
        """

        `parameters` are those of the network that samples are drawn with; encoders and discriminators are `of training \
        alone`. An `evaluation` is one pass of the network for one image. Speeds were measured in this study, %s images a \
        batch on %s native thread(s), on a machine that may have had other work; the operations are counted.

        Samples of each, none chosen:

        """
            .formatted(
                FigureText.text(speed, "batch_size", 0), FigureText.text(speed, "threads", 0)));
    Map<String, List<FloatImage>> rows = new LinkedHashMap<>();
    results.forEach((model, figures) -> rows.put(model, Pictures.images(figures.get("pictures"))));
    return text + folder.picture("families", "A row of samples of each model", Pictures.png(rows));
  }

  private static JsonNode first(Map<String, JsonNode> results) {
    return results.values().iterator().next();
  }

  private static String quality(String model, JsonNode figures) {
    JsonNode quality = figures.get("samples");
    JsonNode bound =
        figures.has("bound") ? figures.get("bound") : JsonNodeFactory.instance.objectNode();
    return "| `%s` | %s | %s | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            model,
            figures.get("family").asText(),
            FigureText.withError(bound, "bits", 3),
            FigureText.text(bound, "steps", 0),
            FigureText.withError(quality, SampleMeasurement.DISTANCE, 2),
            FigureText.text(quality, "precision", 3),
            FigureText.text(quality, "recall", 3),
            FigureText.text(quality, "label_agreement", 3),
            FigureText.text(quality, "copies", 3));
  }

  private static String cost(String model, JsonNode figures) {
    double evaluations = FigureText.value(figures.get("samples"), "evaluations");
    String operations =
        figures.has("operations_per_step")
            ? FigureText.text(
                FigureText.value(figures, "operations_per_step") * evaluations / 1e9, 2)
            : FigureText.NONE;
    return "| `%s` | %s | %s | %.0f | %s | %s | %s |%n"
        .formatted(
            model,
            FigureText.text(figures, "parameters", 0),
            FigureText.text(figures, "companion_parameters", 0),
            evaluations,
            operations,
            FigureText.text(figures.get("speed"), "steps_per_second", 0),
            FigureText.text(figures.get("speed"), "images_per_second", 1));
  }
}
