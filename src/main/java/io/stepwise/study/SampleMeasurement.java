package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ModelDescription;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The quality of samples of any model, by solver and number of steps, without guidance. The real
 * images are read with the first measurement and serve all that follow.
 */
final class SampleMeasurement {

  /** The distance's name among the figures. */
  static final String DISTANCE = "classifier_frechet_distance";

  private static final int USUAL_STEPS = 50;
  private static final int MOST_TAKEN_WHOLE = 100;
  private static final int CONSISTENCY_STEPS = 2;
  private static final int SHOWN = 10;
  private static final String NAME = "samples";

  private final int samples;
  private final int seeds;
  private @Nullable SampleReference reference;

  /**
   * Prepares measurements.
   *
   * @param samples of each seed
   * @param seeds how often samples are drawn
   */
  SampleMeasurement(int samples, int seeds) {
    this.samples = samples;
    this.seeds = seeds;
  }

  int samples() {
    return samples;
  }

  int seeds() {
    return seeds;
  }

  /**
   * Returns how many steps a model is compared with others by: all if it has 100 at most, as fewer
   * are not what one with an encoder was trained for; else 50; and 2 for a consistency model.
   */
  static int usualSteps(SchedulerConfig scheduler) {
    if (scheduler.isConsistencyModel()) {
      return CONSISTENCY_STEPS;
    }
    int all = scheduler.trainTimesteps();
    return all <= MOST_TAKEN_WHOLE ? all : USUAL_STEPS;
  }

  /** Returns the plan of a model's own solver with the usual number of steps. */
  static StepPlan usualPlan(SchedulerConfig scheduler) {
    return scheduler.plan(usualSteps(scheduler), null);
  }

  /** Returns the quality of a model's samples by its own solver with the usual number of steps. */
  JsonNode usual(MeasuredModel measured) throws IOException {
    SchedulerConfig scheduler = measured.description().scheduler();
    int steps = usualSteps(scheduler);
    return of(measured, scheduler.solver(), steps, usualPlan(scheduler));
  }

  /** Returns the quality of the samples of a plan of so many steps of a solver. */
  JsonNode of(MeasuredModel measured, String solver, int steps, StepPlan plan) throws IOException {
    StudyMaterial material = measured.material();
    return measured.part(
        NAME,
        Map.of("samples", samples, "seeds", seeds),
        "%s %d".formatted(solver, steps),
        kernel -> {
          SampleReport report =
              new SampleEvaluation(
                      measured.description(), reference(material), options(plan, material))
                  .run(kernel, images -> material.onEvaluations().accept(images * plan.steps()));
          Map<String, Object> figures = new LinkedHashMap<>();
          figures.put("solver", solver);
          figures.put("steps", steps);
          figures.put("evaluations", plan.steps());
          report
              .model()
              .forEach(
                  (name, spread) -> {
                    figures.put(name, spread.mean());
                    figures.put(name + "_error", spread.error());
                  });
          figures.put("floor", Objects.requireNonNull(report.floor().get(DISTANCE)).mean());
          figures.put("copies", report.memory().copies());
          report
              .labelAgreement()
              .ifPresent(spread -> figures.put("label_agreement", spread.mean()));
          return figures;
        });
  }

  /** Returns a few samples by a model's own solver, see {@link Pictures}. */
  JsonNode shown(MeasuredModel measured) throws IOException {
    StudyMaterial material = measured.material();
    ModelDescription model = measured.description();
    StepPlan plan = usualPlan(model.scheduler());
    return measured.measured(
        "pictures",
        Map.of("shown", SHOWN, "steps", plan.steps()),
        kernel ->
            Pictures.figures(
                SampleEvaluation.draw(
                    kernel,
                    model,
                    options(plan, material),
                    material.seed(),
                    SampleEvaluation.labels(model, SHOWN),
                    count -> material.onEvaluations().accept(count * plan.steps())),
                model.imageShape()));
  }

  private static SampleEvaluation.Options options(StepPlan plan, StudyMaterial material) {
    return new SampleEvaluation.Options(plan, 1, material.batchSize());
  }

  private SampleReference reference(StudyMaterial material) {
    SampleReference known =
        reference == null
            ? new SampleReference(
                material.training(),
                material.test(),
                material.classifier(),
                new SampleReference.Size(samples, seeds, material.seed()),
                material.threads())
            : reference;
    reference = known;
    return known;
  }
}
