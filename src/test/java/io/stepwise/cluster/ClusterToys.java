package io.stepwise.cluster;

import io.stepwise.batching.BatchKey;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.Fleet;
import io.stepwise.sampling.ModelReadiness;
import io.stepwise.sampling.Recipe;
import io.stepwise.sampling.RouterLoad;
import io.stepwise.sampling.SamplingOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** Small things that the tests of this package build on. */
final class ClusterToys {

  static final String WEIGHTS = "digest of toy";
  static final ImageShape SHAPE = new ImageShape(1, 2, 3);

  private ClusterToys() {}

  static ModelDescription description(String name) {
    ModelDescription toy = ToyModel.named("toy").description();
    return new ModelDescription(
        name, WEIGHTS, toy.shape(), toy.labels(), toy.hasNoneLabel(), toy.scheduler());
  }

  /** Returns a recipe that was accepted at 100 ns and is due at 900 ns. */
  static Recipe recipe(String request, int steps) {
    StepRow row =
        new StepRow(500, 0.9, 1, -0.5, 1.0, StepMatrix.of(new double[] {0.6, 0.1, 0.3}), 0, null);
    return new Recipe(
        request,
        new BatchKey(WEIGHTS, "1x2x3"),
        SHAPE,
        SHAPE,
        new StepPlan(1, 0, Collections.nCopies(steps, row)),
        7,
        0,
        1,
        new Recipe.Urgency("anybody", 100, 900, 0),
        null);
  }

  static DenoisingState state(Recipe recipe, int image, int step) {
    float[] x = step == 0 ? new float[0] : new float[] {step, image, 0, 0, 0, 0};
    return new DenoisingState(recipe, image, step, x, new float[0]);
  }

  /** Returns a model with one ready replica. */
  static Fleet.Model model(String name) {
    return new Fleet.Model(
        name,
        WEIGHTS,
        List.of(WEIGHTS),
        3,
        2,
        4,
        List.of(new Fleet.Replica(0, ModelReadiness.State.READY, "", 0)));
  }

  static RouterLoad load(long rowSteps) {
    return new RouterLoad(1, rowSteps, 1000);
  }

  static SamplingOptions options() {
    return new SamplingOptions(
        new SamplingOptions.Requests(100, 1000, 20, Duration.ofMinutes(5), Duration.ofMinutes(5)),
        new SamplingOptions.Replicas(
            4, 2, 3, Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofSeconds(1), 1),
        "fifo",
        1000,
        2);
  }
}
