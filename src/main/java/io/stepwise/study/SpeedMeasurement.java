package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * How fast a model draws samples with its own solver and the usual number of steps, whole batches
 * one after the other on the threads of the study.
 *
 * @param nanoseconds a clock that only goes forward
 */
record SpeedMeasurement(LongSupplier nanoseconds) {

  private static final long LEAST_NANOSECONDS = 1_000_000_000;

  /** Returns {@code images_per_second}, {@code steps_per_second} and what they depend on. */
  JsonNode of(MeasuredModel measured) throws IOException {
    StudyMaterial material = measured.material();
    ModelDescription model = measured.description();
    StepPlan plan = SampleMeasurement.usualPlan(model.scheduler());
    Map<String, Object> settings =
        Map.of(
            "steps",
            plan.steps(),
            "batch_size",
            material.batchSize(),
            "threads",
            material.threads());
    return measured.measured(
        "speed", settings, kernel -> figures(kernel, plan, model, material, settings));
  }

  private Map<String, Object> figures(
      StepKernel kernel,
      StepPlan plan,
      ModelDescription model,
      StudyMaterial material,
      Map<String, Object> settings) {
    List<BatchSampler.Request> batch =
        IntStream.range(0, material.batchSize())
            .mapToObj(i -> new BatchSampler.Request(material.seed(), i, model.noneLabel(), 1))
            .toList();
    Runnable draw =
        () -> {
          BatchSampler.sample(kernel, plan, model.shape(), batch);
          material.onEvaluations().accept(batch.size() * plan.steps());
        };
    draw.run();
    double images = imagesPerSecond(draw, batch.size());
    Map<String, Object> figures = new LinkedHashMap<>(settings);
    figures.put("images_per_second", images);
    figures.put("steps_per_second", images * plan.steps());
    return figures;
  }

  /** Returns how many images are made in a second, over one second or more. */
  double imagesPerSecond(Runnable draw, int images) {
    long begin = nanoseconds.getAsLong();
    long passed = 0;
    int drawn = 0;
    while (passed < LEAST_NANOSECONDS) {
      draw.run();
      drawn += images;
      passed = nanoseconds.getAsLong() - begin;
    }
    return drawn / (passed / 1e9);
  }
}
