package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.NoiseEnds;
import io.stepwise.network.TensorData;
import io.stepwise.network.TorchRuntime;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LearntEndsObjectiveTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final FamilyOptions OPTIONS = new FamilyOptions(Family.VDM, false, true, 0, null);

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static Objective objective(String predictionType) {
    Map<String, Object> fields = OPTIONS.scheduler();
    fields.put("prediction_type", predictionType);
    return OPTIONS
        .objectives(Map.of(), SchedulerConfig.parse(fields), new LabelDropout(0, 0), 1)
        .get(0);
  }

  /** Returns pixels of about this variance, each at a level that a pixel can have. */
  private static TrainingBatch batch(int size, double variance) {
    Random random = new Random(5);
    float[] images = new float[size * SHAPE.size()];
    for (int i = 0; i < images.length; i++) {
      double drawn = Math.sqrt(variance) * random.nextGaussian();
      images[i] = (float) PixelBins.centre(PixelBins.level(drawn));
    }
    return new TrainingBatch(images, new int[size], SHAPE, 3, 0, 0, size);
  }

  /** A network that follows its input, and a line between two ends. */
  private static Networks networks(NDArray first, NDArray last, NDManager manager) {
    Network unet = inputs -> inputs[0].mul(manager.full(inputs[0].getShape(), 0.4f));
    Network ends = inputs -> last.sub(first).mul(inputs[0]).add(first);
    return new Networks(Map.of(Networks.UNET, unet, Networks.ENDS, ends));
  }

  private static double loss(Objective objective, TrainingBatch batch, float first, float last) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Networks networks =
          networks(
              manager.create(new float[] {first}), manager.create(new float[] {last}), manager);
      return objective.loss(networks, batch, manager).getFloat();
    }
  }

  /** A network that says nothing of the noise has an error of 1 at each time. */
  @Test
  void lossIsTheSumOfPriorReconstructionAndDiffusion() {
    TrainingBatch batch = batch(64, 0.2);
    double prior = 0;
    double reconstruction = 0;
    double squares = 0;
    float[] noise = batch.noise(2);
    float[] diffused = batch.noise(0);
    for (int k = 0; k < noise.length; k++) {
      prior += GaussianDivergence.fromPrior(batch.images()[k], 5) / noise.length;
      double scaled = batch.images()[k] + Math.exp(-6.5) * noise[k];
      reconstruction +=
          PixelLikelihood.categorical(PixelBins.level(batch.images()[k]), scaled, -13)
              / noise.length;
      squares += diffused[k] * diffused[k] / noise.length;
    }
    double nats = prior + reconstruction + 0.5 * 18 * squares;

    double loss;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network silent = inputs -> manager.zeros(inputs[0].getShape());
      Network ends = inputs -> inputs[0].mul(manager.full(inputs[0].getShape(), 18)).sub(13);
      Networks networks = new Networks(Map.of(Networks.UNET, silent, Networks.ENDS, ends));
      loss = objective("epsilon").loss(networks, batch, manager).getFloat();
    }

    assertThat(loss).isCloseTo(PixelLikelihood.bits(nats), within(1e-4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"epsilon", "v_prediction", "sample"})
  void gradientReachesTheEndsThroughAllTerms(String predictionType) {
    Objective objective = objective(predictionType);
    TrainingBatch batch = batch(16, 0.2);
    // where all terms are about as large and none needs many digits
    float first = -6;
    float last = 1;
    float step = 0.02f;
    double firstSlope =
        (loss(objective, batch, first + step, last) - loss(objective, batch, first - step, last))
            / (2 * step);
    double lastSlope =
        (loss(objective, batch, first, last + step) - loss(objective, batch, first, last - step))
            / (2 * step);

    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray firstEnd = manager.create(new float[] {first}).duplicate();
      NDArray lastEnd = manager.create(new float[] {last}).duplicate();
      firstEnd.setRequiresGradient(true);
      lastEnd.setRequiresGradient(true);
      collector.backward(objective.loss(networks(firstEnd, lastEnd, manager), batch, manager));

      assertThat((double) firstEnd.getGradient().getFloat())
          .isCloseTo(firstSlope, within(5e-3 * Math.abs(firstSlope)));
      assertThat((double) lastEnd.getGradient().getFloat())
          .isCloseTo(lastSlope, within(5e-3 * Math.abs(lastSlope)));
    }
  }

  @Test
  void schedulerHasTheLearntEnds() {
    SchedulerConfig scheduler = SchedulerConfig.parse(OPTIONS.scheduler());
    NoiseEnds before = VariationalSchedule.ends(scheduler);
    NetworkWeights learnt =
        new NetworkWeights(
            before.fields(),
            Map.of(
                "ends.first", new TensorData(new long[] {1}, new float[] {1.3f}),
                "ends.last", new TensorData(new long[] {1}, new float[] {0.8f})));

    SchedulerConfig after = OPTIONS.scheduler(scheduler, Map.of(Networks.ENDS, learnt));

    NoiseEnds found = VariationalSchedule.ends(after);
    assertThat(found.first()).isCloseTo(-14.2 + 0.9 * Math.exp(0.3), within(0.02));
    assertThat(found.last()).isCloseTo(5 * Math.exp(-0.2), within(1e-3));
    assertThat(OPTIONS.scheduler(scheduler, Map.of())).isEqualTo(scheduler);
  }

  @Test
  void everyFirstEndThatCanBeLearntCanBeWritten() {
    SchedulerConfig scheduler = SchedulerConfig.parse(OPTIONS.scheduler());
    for (double last : new double[] {2, 5, 9}) {
      NoiseEnds ends = new NoiseEnds(-15, -14.19999, last);
      assertThat(VariationalSchedule.withEnds(scheduler, ends).trainTimesteps()).isEqualTo(200);
    }
  }

  @Test
  void scheduleThatIsTooFineForOtherEndsIsRefused() {
    SchedulerConfig fixed = SchedulerConfig.parse(Family.VDM.scheduler());

    assertThatThrownBy(() -> OPTIONS.objectives(Map.of(), fixed, new LabelDropout(0, 0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_train_timesteps: 500 (expected: <= 200 where the ends are learnt)");
  }
}
