package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.stepwise.diffusion.ConsistencyFunction;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConsistencyObjectiveTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final LabelDropout NO_LABELS = new LabelDropout(0, 0);
  private static final double DIMENSIONS = 16;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static ConsistencyFunction function(int levels) {
    Map<String, Object> fields = Family.CONSISTENCY.scheduler();
    fields.put("num_train_timesteps", levels);
    return SchedulerConfig.parse(fields).consistencyFunction();
  }

  @Test
  void functionIsTheIdentityAtTheLeastNoise() {
    ConsistencyFunction.Evaluation evaluation = function(81).at(0.002);

    assertThat(evaluation.denoised().x()).isEqualTo(1);
    assertThat(evaluation.denoised().out()).isZero();
  }

  /** With the two ends of the range alone the target is the least noisy state itself. */
  @Test
  void lossIsThePseudoHuberDistanceOverTheDistanceOfTheLevels() {
    float[] image = new float[16];
    Arrays.fill(image, 0.25f);
    TrainingBatch batch = new TrainingBatch(image, new int[1], SHAPE, 3, 0, 0, 1);
    Objective objective = new ConsistencyObjective(function(2), NO_LABELS, 10);

    double loss = loss(objective, batch, 0);

    float[] noise = batch.noise(0);
    double kept = 0.25 / (79.998 * 79.998 + 0.25);
    double square = 0;
    for (float z : noise) {
      double error = kept * (0.25 + 80 * z) - (0.25 + 0.002 * z);
      square += error * error;
    }
    double huber = 0.00054 * Math.sqrt(DIMENSIONS);
    double expected = (Math.sqrt(square + huber * huber) - huber) / 79.998;
    assertThat(loss).isCloseTo(expected, within(1e-6));
  }

  @Test
  void gradientFlowsThroughTheNoisierValueAlone() {
    float[] image = new float[16];
    TrainingBatch batch = new TrainingBatch(image, new int[1], SHAPE, 3, 0, 0, 1);
    Objective objective = new ConsistencyObjective(function(5), NO_LABELS, 10);
    ConsistencyLevels.Pair pair =
        new ConsistencyLevels(function(5), 4).draw(batch.stratified(1)[0]);
    double below = 1e-3;

    double slope = (loss(objective, batch, below) - loss(objective, batch, -below)) / (2 * below);
    double gradient = gradient(objective, batch);

    // the loss as a whole also changes with the target; the gradient takes that as fixed
    double high = function(5).at(pair.high()).denoised().out();
    double low = function(5).at(pair.low()).denoised().out();
    assertThat(gradient).isCloseTo(slope * high / (high - low), within(0.02 * Math.abs(gradient)));
  }

  private static double loss(Objective objective, TrainingBatch batch, double output) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network network = inputs -> manager.full(inputs[0].getShape(), (float) output);
      return objective
          .loss(new Networks(Map.of(Networks.UNET, network)), batch, manager)
          .getFloat();
    }
  }

  private static double gradient(Objective objective, TrainingBatch batch) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray output = manager.zeros(new Shape(1));
      output.setRequiresGradient(true);
      Network network = inputs -> output.mul(manager.ones(inputs[0].getShape()));
      collector.backward(
          objective.loss(new Networks(Map.of(Networks.UNET, network)), batch, manager));
      return output.getGradient().getFloat();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10", "249, 10", "250, 20", "499, 20", "500, 40", "750, 80", "999, 80",
  })
  void levelsComeCloserAsTheTrainingGoesOn(int step, int intervals) {
    assertThat(ConsistencyLevels.intervals(step, 1000, 80)).isEqualTo(intervals);
  }

  @Test
  void pairsTouchAndReachFromEndToEnd() {
    ConsistencyLevels levels = new ConsistencyLevels(function(81), 20);

    assertThat(levels.pair(0).low()).isCloseTo(0.002, within(1e-12));
    assertThat(levels.pair(19).high()).isCloseTo(80, within(1e-9));
    for (int i = 1; i < 20; i++) {
      assertThat(levels.pair(i).low()).isEqualTo(levels.pair(i - 1).high());
    }
  }

  /** Half of a log-normal distribution with mean -1.1 is below exp(-1.1). */
  @Test
  void noiseIsDrawnLogNormally() {
    ConsistencyLevels levels = new ConsistencyLevels(function(81), 1280);
    int below = 0;
    for (int i = 0; i < 1000; i++) {
      below += levels.draw((i + 0.5) / 1000).low() < Math.exp(-1.1) ? 1 : 0;
    }

    // the ends of the range cut 0.4 % off above and 0.5 % off below
    assertThat(below).isBetween(495, 505);
  }
}
