package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.stepwise.diffusion.DiffusionTerms;
import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LikelihoodGrid;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks here are formulas of each pixel, of which the bound is computed in Java, too. */
final class EncodedObjectiveTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final int PIXELS = 16;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static Objective objective(Map<String, Object> scheduler, int warmUp) {
    return new EncodedObjective(
        EncodedLevels.of(SchedulerConfig.parse(scheduler)),
        new LabelDropout(0, 0),
        new DivergenceWarmUp(warmUp));
  }

  private static TrainingBatch batch(int size, int step) {
    float[] images = new float[size * PIXELS];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) PixelBins.centre(37 * i % 256);
    }
    return batch(images, step);
  }

  private static TrainingBatch batch(float[] images, int step) {
    int size = images.length / PIXELS;
    return new TrainingBatch(images, new int[size], SHAPE, 11, step, 0, size);
  }

  /** Makes the mean .5 x + .1 and the same logarithm of the deviation everywhere. */
  private static NDArray encoded(NDArray images, double logDeviation, NDManager manager) {
    float[] pixels = images.toFloatArray();
    float[] output = new float[2 * pixels.length];
    // what 5 tanh(o / 5) makes the logarithm of
    double squashed = logDeviation / 5;
    double raw = 2.5 * Math.log((1 + squashed) / (1 - squashed));
    for (int i = 0; i < pixels.length; i++) {
      int image = i / PIXELS;
      output[image * 2 * PIXELS + i % PIXELS] = mean(pixels[i]);
      output[image * 2 * PIXELS + PIXELS + i % PIXELS] = (float) raw;
    }
    return manager.create(output, new Shape(pixels.length / PIXELS, 2, 4, 4));
  }

  private static float mean(float pixel) {
    return .5f * pixel + .1f;
  }

  private static NDArray constant(NDArray images, double value, NDManager manager) {
    return manager.full(images.getShape(), (float) value);
  }

  @Test
  void oneStepIsATextbookAutoencoder() {
    TrainingBatch batch = batch(3, 0);
    double deviation = .7;
    double loss;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network encoder = in -> encoded(in[0], Math.log(deviation), manager);
      Network decoder =
          in -> in[0].mul(constant(in[0], .3, manager)).sub(constant(in[0], .2, manager));
      Networks networks = new Networks(Map.of("unet", decoder, "encoder", encoder));
      loss = objective(EncodedLevels.scheduler(1), 0).loss(networks, batch, manager).getFloat();
    }

    // Kingma and Welling 2014, equation 10, with the Gaussian decoder of the best variance
    float[] noise = batch.noise(0);
    double divergence = 0;
    double[] pixels = new double[noise.length];
    double[] decoded = new double[noise.length];
    for (int i = 0; i < noise.length; i++) {
      double mean = mean(batch.images()[i]);
      divergence += (mean * mean + deviation * deviation - Math.log(deviation * deviation) - 1) / 2;
      double latent = mean + deviation * noise[i];
      pixels[i] = batch.images()[i];
      decoded[i] = .3 * latent - .2;
    }
    double expected = divergence / noise.length + WrittenPixels.nats(pixels, decoded);
    assertThat(loss).isCloseTo(PixelLikelihood.bits(expected), within(1e-4));
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "1, false"})
  void withoutAnEncoderItIsTheBoundOfPlainDiffusion(double variance, boolean isSmall) {
    int levels = 4;
    Map<String, Object> scheduler = EncodedLevels.scheduler(levels);
    scheduler.put("prediction_type", "sample");
    float[] images = new float[levels * PIXELS];
    Arrays.fill(images, (float) PixelBins.centre(200));
    double estimate = .25;
    double loss;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network network =
          in -> constant(in[0], estimate, manager).concat(constant(in[0], variance, manager), 1);
      loss =
          objective(scheduler, 0)
              .loss(new Networks(Map.of("unet", network)), batch(images, 0), manager)
              .getFloat();
    }

    NoiseSchedule schedule = SchedulerConfig.parse(scheduler).noiseSchedule();
    LikelihoodGrid grid =
        LikelihoodGrid.of(IntStream.range(0, levels).mapToDouble(schedule::gamma).toArray());
    double error = Math.pow(PixelBins.centre(200) - estimate, 2);
    double[] errors = new double[levels - 1];
    Arrays.fill(errors, error);
    DiffusionTerms terms = new DiffusionTerms(grid, errors);
    double steps = isSmall ? terms.fixedSmall(levels - 1) : terms.fixedLarge(levels - 1);
    double reconstruction =
        WrittenPixels.nats(new double[] {PixelBins.centre(200)}, new double[] {estimate});
    double expected = PixelLikelihood.bits(steps + reconstruction);
    assertThat(loss).isCloseTo(expected, within(1e-5 * expected));
  }

  @Test
  void estimateOfTheImageAndTheEncodersMeanTogetherCostsNothingAtTheSteps() {
    int levels = 3;
    Map<String, Object> scheduler = EncodedLevels.scheduler(levels);
    scheduler.put("prediction_type", "sample");
    scheduler.put("variance_type", "fixed_small");
    TrainingBatch batch = batch(levels, 0);
    EncodedLevels asked = EncodedLevels.of(SchedulerConfig.parse(scheduler));
    double loss;
    double divergence;
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray images = manager.create(batch.images(), batch.tensorShape());
      Network encoder = in -> encoded(in[0], -.5, manager);
      Network knowing =
          in -> {
            float[] timesteps = in[1].toFloatArray();
            float[] estimates = new float[batch.images().length];
            for (int i = 0; i < estimates.length; i++) {
              double weight = asked.at((int) timesteps[i / PIXELS]).step().encodedWeight();
              float x = batch.images()[i];
              estimates[i] = (float) (x + weight * mean(x));
            }
            return manager.create(estimates, in[0].getShape());
          };
      Networks networks = new Networks(Map.of("unet", knowing, "encoder", encoder));
      loss = objective(scheduler, 0).loss(networks, batch, manager).getFloat();
      divergence =
          EncodedNoise.of(encoded(images, -.5, manager), manager)
              .divergence(manager)
              .mean()
              .getFloat();
    }

    // pixels that are known to a small part of a level cost nothing
    assertThat(loss).isCloseTo(PixelLikelihood.bits(divergence), within(1e-3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void gradientReachesTheEncoderThroughTheStatesAsThroughItsDivergence(int levels) {
    TrainingBatch batch = batch(levels, 0);
    double below = 1e-2;

    double slope =
        (lossAtMean(levels, batch, .4 + below) - lossAtMean(levels, batch, .4 - below))
            / (2 * below);

    assertThat(gradientAtMean(levels, batch, .4)).isCloseTo(slope, within(1e-2 * Math.abs(slope)));
  }

  private static NDArray lossOfMean(
      int levels, TrainingBatch batch, NDArray mean, NDManager manager) {
    Map<String, Object> scheduler = EncodedLevels.scheduler(levels);
    int outputs = levels == 1 ? 1 : 2;
    Network encoder =
        in -> mean.mul(manager.ones(in[0].getShape())).concat(constant(in[0], -.3, manager), 1);
    Network decoder =
        in -> {
          NDArray first = in[0].mul(constant(in[0], .5, manager));
          return outputs == 1 ? first : first.concat(constant(in[0], .2, manager), 1);
        };
    Networks networks = new Networks(Map.of("unet", decoder, "encoder", encoder));
    return objective(scheduler, 0).loss(networks, batch, manager);
  }

  private static double lossAtMean(int levels, TrainingBatch batch, double mean) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      return lossOfMean(levels, batch, manager.full(new Shape(1), (float) mean), manager)
          .getFloat();
    }
  }

  private static double gradientAtMean(int levels, TrainingBatch batch, double value) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray mean = manager.full(new Shape(1), (float) value);
      mean.setRequiresGradient(true);
      collector.backward(lossOfMean(levels, batch, mean, manager));
      return mean.getGradient().getFloat();
    }
  }

  @Test
  void divergenceIsWarmedUpInTrainingAlone() {
    Map<String, Object> scheduler = EncodedLevels.scheduler(1);
    double whole = loss(scheduler, 0, 5, false);
    double free = loss(scheduler, 10, 0, false);
    double half = loss(scheduler, 10, 5, false);

    // the noise of step 0 is another one, so the step is the same but for the weight
    assertThat(half).isLessThan(whole);
    assertThat(loss(scheduler, 10, 5, true)).isEqualTo(whole);
    assertThat(loss(scheduler, 10, 10, false)).isEqualTo(loss(scheduler, 0, 10, false));
    assertThat(loss(scheduler, 0, 0, false) - free).isCloseTo(2 * (whole - half), within(1e-4));
  }

  private static double loss(
      Map<String, Object> scheduler, int warmUp, int step, boolean areMeasured) {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Network encoder = in -> encoded(in[0], -1, manager);
      Network decoder = in -> constant(in[0], 0, manager);
      Networks networks = new Networks(Map.of("unet", decoder, "encoder", encoder), areMeasured);
      return objective(scheduler, warmUp).loss(networks, batch(2, step), manager).getFloat();
    }
  }
}
