package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.family.Family;
import io.stepwise.network.FolderModel;
import io.stepwise.plot.LinePlot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * The quality of samples against the number of steps, for every solver that a model has.
 *
 * @param samples measures the samples
 * @param steps numbers of steps, more than 100 for ancestral sampling alone
 */
record StepsExperiment(SampleMeasurement samples, List<Integer> steps) implements Experiment {

  private static final int MOST_FOR_ALL = 100;

  /**
   * A solver and how it is set.
   *
   * @param name as pages and claims call it
   * @param fields what the scheduler's config says of it beside what the model says
   */
  private record Form(String name, String solver, Map<String, Object> fields) {
    private Form(String solver) {
      this(solver, solver, Map.of());
    }
  }

  private static final List<Form> FORMS =
      List.of(
          new Form(StepsClaims.ANCESTRAL),
          new Form("ddim"),
          new Form(StepsClaims.FAST),
          new Form(
              StepsClaims.FAST_STOCHASTIC,
              StepsClaims.FAST,
              Map.of("algorithm_type", "sde-dpmsolver++")),
          new Form("unipc"),
          new Form("heun"),
          new Form("renoising"),
          new Form("flow-euler"),
          new Form("flow-heun"));

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
    return model.description().scheduler().trainTimesteps() > 1
        && !Family.canEncode(model.stepwise().family());
  }

  @Override
  public JsonNode measure(MeasuredModel model) throws IOException {
    SchedulerConfig scheduler = model.description().scheduler();
    ArrayNode rows = JsonNodeFactory.instance.arrayNode();
    for (Form form : forms(scheduler)) {
      for (int count : counts(scheduler, form)) {
        Optional<StepPlan> plan = plan(scheduler, form, count);
        if (plan.isPresent()) {
          rows.add(samples.of(model, form.name(), count, plan.get()));
        }
      }
    }
    ObjectNode figures = JsonNodeFactory.instance.objectNode();
    figures.put("family", model.family());
    figures.put("own_solver", scheduler.solver());
    figures.set("rows", rows);
    return figures;
  }

  private static List<Form> forms(SchedulerConfig scheduler) {
    List<Form> forms = new ArrayList<>(FORMS);
    forms.removeIf(form -> !scheduler.hasSolver(form.solver()));
    if (forms.stream().noneMatch(form -> isOwn(form, scheduler))) {
      forms.add(new Form(scheduler.solver()));
    }
    return forms;
  }

  private static boolean isOwn(Form form, SchedulerConfig scheduler) {
    return form.name().equals(scheduler.solver());
  }

  private TreeSet<Integer> counts(SchedulerConfig scheduler, Form form) {
    TreeSet<Integer> counts = new TreeSet<>(steps);
    if (!form.name().equals(StepsClaims.ANCESTRAL)) {
      counts.removeIf(count -> count > MOST_FOR_ALL);
    }
    if (isOwn(form, scheduler)) {
      counts.add(SampleMeasurement.usualSteps(scheduler));
    }
    return counts;
  }

  /** Returns the plan, if the solver can take so many steps with this model. */
  private static Optional<StepPlan> plan(SchedulerConfig scheduler, Form form, int steps) {
    if (steps > scheduler.trainTimesteps()) {
      return Optional.empty();
    }
    try {
      Map<String, Object> fields =
          new LinkedHashMap<>(scheduler.withSolver(form.solver()).fields());
      fields.putAll(form.fields());
      return Optional.of(SchedulerConfig.parse(fields).plan(steps, null));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public List<Claim> claims(Map<String, JsonNode> results) {
    return StepsClaims.of(results);
  }

  @Override
  public String page(Map<String, JsonNode> results, StudyFolder folder) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        %d samples a seed, %d seeds, no guidance, against as many test images in the features of the fixed classifier. \
        `evaluations` are passes of the network for one image. `classifier-Fréchet distance`: less is better; the `floor` \
        is that of training images in place of samples. `precision`: samples among real images; `recall`: real images \
        among samples. Errors are standard errors over seeds. More than %d steps are drawn by `%s` alone. \
        `%s` is `%s` with `algorithm_type: sde-dpmsolver++`.

        """
            .formatted(
                samples.samples(),
                samples.seeds(),
                MOST_FOR_ALL,
                StepsClaims.ANCESTRAL,
                StepsClaims.FAST_STOCHASTIC,
                StepsClaims.FAST));
    for (Map.Entry<String, JsonNode> result : results.entrySet()) {
      List<JsonNode> rows =
          StreamSupport.stream(result.getValue().get("rows").spliterator(), false).toList();
      text.append("## `").append(result.getKey()).append("`\n\n");
      text.append(
          folder.plot(
              "steps-" + result.getKey(),
              "Distance against network evaluations",
              plot(result.getKey(), rows)));
      text.append('\n').append(enough(rows)).append('\n');
      text.append(
          """
          | solver | steps | evaluations | classifier-Fréchet distance | floor | precision | recall |
          |---|---:|---:|---:|---:|---:|---:|
          """);
      rows.forEach(row -> text.append(row(row)));
      text.append('\n');
    }
    return text.toString();
  }

  private static LinePlot plot(String model, List<JsonNode> rows) {
    LinePlot plot =
        new LinePlot(model, "network evaluations", "classifier-Fréchet distance")
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
                    row -> FigureText.value(row, "evaluations"),
                    row -> FigureText.value(row, SampleMeasurement.DISTANCE)));
    return plot.markPoints();
  }

  /** Says how many evaluations are enough. */
  private static String enough(List<JsonNode> rows) {
    JsonNode fewest = StepsClaims.fewest(rows);
    return "Fewest evaluations within a tenth of the best distance: %s (steps: %s, `%s`).%n"
        .formatted(
            FigureText.text(fewest, "evaluations", 0),
            FigureText.text(fewest, "steps", 0),
            fewest.get("solver").asText());
  }

  private static String row(JsonNode row) {
    return String.format(
        Locale.ROOT,
        "| `%s` | %d | %d | %s | %s | %s | %s |%n",
        row.get("solver").asText(),
        row.get("steps").asInt(),
        row.get("evaluations").asInt(),
        FigureText.withError(row, SampleMeasurement.DISTANCE, 2),
        FigureText.text(row, "floor", 2),
        FigureText.text(row, "precision", 3),
        FigureText.text(row, "recall", 3));
  }
}
