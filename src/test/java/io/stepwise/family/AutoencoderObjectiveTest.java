package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two images of two pixels, each encoded as one number: four numbers of output an image. */
final class AutoencoderObjectiveTest {

  private static final float[] OUTPUT = {0.6f, -0.4f, 0.3f, -1.6f, -1.1f, -0.9f, -0.5f, 0.45f};
  private static final int[] LEVELS = {160, 0, 70, 185};

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static TrainingBatch batch(int step) {
    float[] images = new float[LEVELS.length];
    for (int k = 0; k < images.length; k++) {
      images[k] = (float) PixelBins.centre(LEVELS[k]);
    }
    return new TrainingBatch(images, new int[2], new ImageShape(1, 1, 2), 3, step, 0, 2);
  }

  private static double loss(float[] output, int warmUp, int step, boolean areMeasured) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network network = inputs -> manager.create(output, new Shape(2, 4));
      Networks networks = new Networks(Map.of(Networks.AUTOENCODER, network), areMeasured);
      return objective(warmUp).loss(networks, batch(step), manager).getFloat();
    }
  }

  private static Objective objective(int warmUp) {
    return new AutoencoderObjective(new ImageShape(1, 1, 1), new DivergenceWarmUp(warmUp));
  }

  private static double reconstruction() {
    double[] decoded = {OUTPUT[2], OUTPUT[3], OUTPUT[6], OUTPUT[7]};
    return PixelLikelihood.bits(
        WrittenPixels.nats(
            Arrays.stream(LEVELS).mapToDouble(PixelBins::centre).toArray(), decoded));
  }

  private static double divergence() {
    double nats = 0;
    for (int i = 0; i < 2; i++) {
      double mean = OUTPUT[4 * i];
      double logVariance = OUTPUT[4 * i + 1];
      nats += (mean * mean + Math.exp(logVariance) - logVariance - 1) / 2 / 4;
    }
    return PixelLikelihood.bits(nats);
  }

  @Test
  void lossIsTheTextbooksBound() {
    assertThat(loss(OUTPUT, 0, 0, false)).isCloseTo(reconstruction() + divergence(), within(1e-6));
  }

  @Test
  void divergenceCountsLessWhileItWarmsUpAndNeverWhereItIsMeasured() {
    assertThat(loss(OUTPUT, 8, 2, false))
        .isCloseTo(reconstruction() + divergence() / 4, within(1e-6));
    assertThat(loss(OUTPUT, 8, 8, false)).isCloseTo(reconstruction() + divergence(), within(1e-6));
    assertThat(loss(OUTPUT, 8, 2, true)).isCloseTo(reconstruction() + divergence(), within(1e-6));
  }

  /** With pixels at and beyond the outermost level the variance is far from the best one. */
  @Test
  void gradientIsThatOfTheLossAsTheVarianceFollows() {
    float[] gradient;
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray output = manager.create(OUTPUT, new Shape(2, 4)).duplicate();
      output.setRequiresGradient(true);
      Network network = inputs -> output.mul(manager.ones(output.getShape()));
      Networks networks = new Networks(Map.of(Networks.AUTOENCODER, network));
      collector.backward(objective(0).loss(networks, batch(0), manager));
      gradient = output.getGradient().toFloatArray();
    }
    float step = 2e-3f;
    for (int place = 0; place < OUTPUT.length; place++) {
      float[] above = OUTPUT.clone();
      float[] below = OUTPUT.clone();
      above[place] += step;
      below[place] -= step;
      double slope = (loss(above, 0, 0, false) - loss(below, 0, 0, false)) / (2 * step);
      assertThat((double) gradient[place])
          .as("output %d", place)
          .isCloseTo(slope, within(2e-3 + 5e-3 * Math.abs(slope)));
    }
  }

  @Test
  void familyWithoutAnAutoencoderIsRefused() {
    FamilyOptions options = FamilyOptions.of(Family.VAE);
    SchedulerConfig scheduler = SchedulerConfig.parse(options.scheduler());

    assertThatThrownBy(() -> options.objectives(Map.of(), scheduler, new LabelDropout(0, 0), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("networks: [] (expected: vae, with family vae)");
  }
}
