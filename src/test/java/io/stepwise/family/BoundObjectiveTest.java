package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.stepwise.diffusion.DiffusionTerms;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BoundObjectiveTest {

  private static final int TIMESTEPS = 20;
  private static final ImageShape SHAPE = new ImageShape(1, 2, 2);
  private static final int LEVEL = 150;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static SchedulerConfig scheduler(String varianceType, String predictionType) {
    return SchedulerConfig.parse(
        Map.of(
            "_class_name", "DDPMScheduler",
            "num_train_timesteps", TIMESTEPS,
            "beta_schedule", "squaredcos_cap_v2",
            "prediction_type", predictionType,
            "variance_type", varianceType));
  }

  private static Objective objective(SchedulerConfig scheduler, DiffusionLoss loss) {
    return new FamilyOptions(Family.DDPM, false, false, 0, loss)
        .objectives(Map.of(), scheduler, new LabelDropout(0, 0), 1)
        .get(0);
  }

  /** One image of a single level for each timestep, so that every timestep is drawn once. */
  private static TrainingBatch batch() {
    float[] images = new float[TIMESTEPS * SHAPE.size()];
    Arrays.fill(images, (float) PixelBins.centre(LEVEL));
    return new TrainingBatch(images, new int[TIMESTEPS], SHAPE, 3, 0, 0, TIMESTEPS);
  }

  private static Networks constant(NDArray output) {
    return ObjectiveRun.networks(inputs -> output.mul(output.getManager().ones(output.getShape())));
  }

  private static NDArray output(NDManager manager, double mean, double variance) {
    float[] values = new float[TIMESTEPS * 2 * SHAPE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (i / SHAPE.size() % 2 == 0 ? mean : variance);
    }
    return manager.create(values, new Shape(TIMESTEPS, 2, 2, 2)).duplicate();
  }

  private static double loss(Objective objective, double mean, double variance) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray output = output(manager, mean, variance);
      return objective.loss(constant(output), batch(), manager).getFloat();
    }
  }

  private static float[] gradient(Objective objective, NDManager manager, NDArray output) {
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      output.setRequiresGradient(true);
      collector.backward(objective.loss(constant(output), batch(), manager));
      return output.getGradient().toFloatArray();
    }
  }

  /** Returns the bound in bits whose steps have the posterior's variance. */
  private static double boundOfTheGrid(SchedulerConfig scheduler, double estimate) {
    NoiseSchedule schedule = scheduler.noiseSchedule();
    double error = estimate - PixelBins.centre(LEVEL);
    double[] errors = new double[TIMESTEPS - 1];
    Arrays.fill(errors, error * error);
    LikelihoodGrid grid = LikelihoodGrid.ofTimesteps(schedule, TIMESTEPS - 1);
    double diffusion = new DiffusionTerms(grid, errors).fixedSmall(TIMESTEPS - 1);
    double deviation = Math.sqrt(grid.step(1, TIMESTEPS - 1).posteriorVariance());
    return PixelLikelihood.bits(
        diffusion + PixelLikelihood.discretizedGaussian(LEVEL, estimate, deviation));
  }

  @Test
  void lossOverAllTimestepsIsTheBoundOfTheGrid() {
    SchedulerConfig scheduler = scheduler("learned_range", "sample");

    // a variance channel of -1 says the posterior's variance
    double loss = loss(objective(scheduler, DiffusionLoss.VLB), 0.1, -1);

    double expected = boundOfTheGrid(scheduler, 0.1);
    assertThat(loss).isCloseTo(expected, within(1e-5 * expected));
  }

  @ParameterizedTest
  @CsvSource({"sample", "v_prediction", "epsilon"})
  void gradientIsThatOfTheLoss(String predictionType) {
    Objective objective = objective(scheduler("learned_range", predictionType), DiffusionLoss.VLB);
    double step = 1e-2;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      float[] gradient = gradient(objective, manager, output(manager, 0.1, 0.2));
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < gradient.length; i++) {
        if (i / SHAPE.size() % 2 == 0) {
          mean += gradient[i];
        } else {
          variance += gradient[i];
        }
      }
      double meanSlope =
          (loss(objective, 0.1 + step, 0.2) - loss(objective, 0.1 - step, 0.2)) / (2 * step);
      double varianceSlope =
          (loss(objective, 0.1, 0.2 + step) - loss(objective, 0.1, 0.2 - step)) / (2 * step);
      assertThat(mean).isCloseTo(meanSlope, within(2e-3 * Math.abs(meanSlope)));
      assertThat(variance).isCloseTo(varianceSlope, within(2e-3 * Math.abs(varianceSlope)));
    }
  }

  @Test
  void hybridLossIsTheErrorAndAThousandthOfTheSumOverTimesteps() {
    SchedulerConfig scheduler = scheduler("learned_range", "sample");
    double error = 0.1 - PixelBins.centre(LEVEL);

    double loss = loss(objective(scheduler, DiffusionLoss.HYBRID), 0.1, -1);

    assertThat(loss)
        .isCloseTo(error * error + 0.001 * boundOfTheGrid(scheduler, 0.1), within(1e-5 * loss));
  }

  /** The gradient of the mean is 2 (output - target) over the number of values, nothing else. */
  @Test
  void boundOfTheHybridLossDoesNotReachThePrediction() {
    SchedulerConfig scheduler = scheduler("learned_range", "sample");
    float expected = (float) (2 * (0.1 - PixelBins.centre(LEVEL)) / (TIMESTEPS * SHAPE.size()));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray output = output(manager, 0.1, 0.2);
      float[] gradient = gradient(objective(scheduler, DiffusionLoss.HYBRID), manager, output);
      float[] ofBound =
          gradient(objective(scheduler, DiffusionLoss.VLB), manager, output(manager, 0.1, 0.2));
      for (int i = 0; i < gradient.length; i++) {
        if (i / SHAPE.size() % 2 == 0) {
          assertThat(gradient[i]).isCloseTo(expected, within(1e-7f));
        } else {
          assertThat(gradient[i]).isNotZero();
          assertThat(gradient[i]).isCloseTo(0.001f * ofBound[i], within(1e-6f));
        }
      }
    }
  }

  @Test
  void boundWithAFixedVarianceHasNoVarianceChannels() {
    SchedulerConfig scheduler = scheduler("fixed_small", "sample");
    Objective objective = objective(scheduler, DiffusionLoss.VLB);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray output = manager.full(new Shape(TIMESTEPS, 1, 2, 2), 0.1f);
      double expected = boundOfTheGrid(scheduler, 0.1);
      assertThat(objective.loss(constant(output), batch(), manager).getFloat())
          .isCloseTo((float) expected, within((float) (1e-5 * expected)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "learned_range, SIMPLE, 'loss: simple (expected: vlb or hybrid, as the variance is learnt)'",
    "fixed_large, HYBRID, 'loss: hybrid (expected: simple or vlb, as the variance is fixed)'"
  })
  void lossThatWouldLeaveTheVarianceUntrainedIsRefused(
      String varianceType, DiffusionLoss loss, String message) {
    SchedulerConfig scheduler = scheduler(varianceType, "epsilon");

    assertThatThrownBy(() -> objective(scheduler, loss))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
