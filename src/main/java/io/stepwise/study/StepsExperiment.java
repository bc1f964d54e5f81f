package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The quality of samples against the number of steps, for every solver that a model has.
 *
 * @param samples of each seed
 * @param seeds how often samples are drawn
 * @param steps numbers of steps
 * @param solvers the solvers that are compared; a model's own is always among them
 */
record StepsExperiment(int samples, int seeds, List<Integer> steps, List<String> solvers)
    implements Experiment {

  private static final String DISTANCE = "classifier_frechet_distance";

  @Override
  public String name() {
    return "steps";
  }

  @Override
  public String title() {
    return "Steps against quality";
  }

  @Override
  public boolean suits(FolderModel model) {
    return true;
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of("samples", samples, "seeds", seeds, "steps", steps, "solvers", solvers);
  }

  @Override
  public Map<String, Object> measure(FolderModel model, StepKernel kernel, StudyMaterial material) {
    SchedulerConfig scheduler = model.description().scheduler();
    Map<String, Object> figures = new LinkedHashMap<>();
    List<Object> rows = new ArrayList<>();
    for (String solver : SchedulerConfig.solverNames()) {
      boolean isOwn = solver.equals(scheduler.solver());
      if (isOwn || (solvers.contains(solver) && scheduler.hasSolver(solver))) {
        for (int count : steps) {
          plan(scheduler, solver, count)
              .ifPresent(plan -> rows.add(row(model, kernel, material, solver, count, plan)));
        }
      }
    }
    figures.put("rows", rows);
    return figures;
  }

  /** Returns the plan, if the solver can take so many steps with this model. */
  private static Optional<StepPlan> plan(SchedulerConfig scheduler, String solver, int steps) {
    if (steps > scheduler.trainTimesteps()) {
      return Optional.empty();
    }
    try {
      return Optional.of(scheduler.withSolver(solver).plan(steps, null));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> row(
      FolderModel model,
      StepKernel kernel,
      StudyMaterial material,
      String solver,
      int count,
      StepPlan plan) {
    ModelDescription description = model.description();
    SampleEvaluation.Options options =
        new SampleEvaluation.Options(
            plan, 1, samples, seeds, material.seed(), material.batchSize(), material.threads());
    SampleReport report =
        new SampleEvaluation(description, material.training(), material.test(), options)
            .run(
                kernel,
                material.classifier(),
                images -> material.onEvaluations().accept(images * plan.steps()));
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("solver", solver);
    row.put("steps", count);
    row.put("evaluations", plan.steps());
    report.model().forEach((name, spread) -> row.put(name, spread.mean()));
    row.put("floor", Objects.requireNonNull(report.floor().get(DISTANCE)).mean());
    report.labelAgreement().ifPresent(spread -> row.put("label_agreement", spread.mean()));
    return row;
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        %d samples a seed, %d seeds, no guidance, against as many test images in the features of the fixed classifier. \
        The floor is the distance of training images.

        """
            .formatted(samples, seeds));
    for (Map.Entry<String, JsonNode> result : results.entrySet()) {
      List<JsonNode> rows = new ArrayList<>();
      result.getValue().get("rows").forEach(rows::add);
      LinePlot plot =
          new LinePlot(result.getKey(), "network evaluations", "classifier-Fréchet distance")
              .logarithmicX()
              .logarithmicY();
      rows.stream()
          .map(row -> row.get("solver").asText())
          .distinct()
          .forEach(
              solver ->
                  plot.line(
                      solver,
                      rows.stream().filter(r -> r.get("solver").asText().equals(solver)).toList(),
                      row -> row.get("evaluations").asDouble(),
                      row -> row.get(DISTANCE).asDouble()));
      text.append("## `").append(result.getKey()).append("`\n\n");
      text.append(
          folder.plot(
              "steps-" + result.getKey(),
              "Distance against network evaluations",
              plot.markPoints()));
      text.append(
          """

          | solver | steps | evaluations | classifier-Fréchet distance | floor | precision | recall |
          |---|---:|---:|---:|---:|---:|---:|
          """);
      for (JsonNode row : rows) {
        text.append(
            String.format(
                Locale.ROOT,
                "| `%s` | %d | %d | %.2f | %.2f | %.3f | %.3f |%n",
                row.get("solver").asText(),
                row.get("steps").asInt(),
                row.get("evaluations").asInt(),
                row.get(DISTANCE).asDouble(),
                row.get("floor").asDouble(),
                row.get("precision").asDouble(),
                row.get("recall").asDouble()));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
