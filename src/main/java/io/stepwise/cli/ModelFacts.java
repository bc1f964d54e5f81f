package io.stepwise.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the program prints about a model. */
final class ModelFacts {

  private ModelFacts() {}

  /** Returns the facts by name, in the order in which they are printed. */
  static Map<String, Object> of(DiffusersModel model) {
    ModelDescription description = model.description();
    SchedulerConfig scheduler = description.scheduler();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("name", description.name());
    facts.put("digest", description.digest());
    facts.put("image", sizes(description.imageShape()));
    if (!description.shape().equals(description.imageShape())) {
      facts.put("latent", sizes(description.shape()));
    }
    facts.put("parameters", model.parameterCount());
    facts.put("flops_per_image_step", model.operationsPerStep());
    facts.put("labels", description.labels());
    facts.put("none_label", description.hasNoneLabel());
    facts.put("solver", scheduler.solver());
    facts.put("prediction", scheduler.prediction().fieldValue());
    facts.put("training_timesteps", scheduler.noiseSchedule().trainTimesteps());
    return facts;
  }

  static void printJson(PrintWriter out, Object value) throws JsonProcessingException {
    out.println(
        JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(value));
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
