package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What the program prints about a model. */
final class ModelFacts {

  private ModelFacts() {}

  /** Returns the facts by name, in the order in which they are printed. */
  static Map<String, Object> of(FolderModel model) {
    ModelDescription description = model.description();
    SchedulerConfig scheduler = description.scheduler();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", description.name());
    facts.put("digest", description.digest());
    facts.put("image", sizes(description.imageShape()));
    if (!description.shape().equals(description.imageShape())) {
      facts.put("latent", sizes(description.shape()));
    }
    model.parameterCount().ifPresent(count -> facts.put("parameters", count));
    model.operationsPerStep().ifPresent(count -> facts.put("flops_per_image_step", count));
    facts.put("labels", description.labels());
    facts.put("none_label", description.hasNoneLabel());
    facts.put("solver", scheduler.solver());
    facts.put("prediction", scheduler.prediction().fieldValue());
    facts.put("training_timesteps", scheduler.trainTimesteps());
    return facts;
  }

  /** Returns how large a model is, in words. */
  static String size(FolderModel model) {
    OptionalLong parameters = model.parameterCount();
    return parameters.isPresent()
        ? "%,d parameters".formatted(parameters.getAsLong())
        : "a TorchScript file";
  }

  /** Returns a value as indented JSON. */
  static String json(Object value) throws JsonProcessingException {
    return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(value);
  }

  static void printJson(PrintWriter out, Object value) throws JsonProcessingException {
    out.println(json(value));
    out.flush();
  }

  /** Prints a line for each entry. */
  static void printLines(PrintWriter out, Map<String, ?> facts) {
    facts.forEach((name, value) -> out.printf("%-23s %s%n", name, value));
    out.flush();
  }

  private static List<Integer> sizes(ImageShape shape) {
    return List.of(shape.channels(), shape.height(), shape.width());
  }
}
