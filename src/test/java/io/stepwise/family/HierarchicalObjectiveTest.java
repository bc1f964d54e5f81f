package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.LatentHierarchy;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.network.ImageShape;
import io.stepwise.network.TorchRuntime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Networks here are formulas of each pixel, of which the bound is computed in Java, too. */
final class HierarchicalObjectiveTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 4);
  private static final int PIXELS = 16;
  private static final LatentHierarchy HIERARCHY =
      new LatentHierarchy(3, new LogVarianceBounds(-4, 1));

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static TrainingBatch batch(int step) {
    float[] images = new float[2 * PIXELS];
    for (int i = 0; i < images.length; i++) {
      images[i] = (float) PixelBins.centre(37 * i % 256);
    }
    return new TrainingBatch(images, new int[2], SHAPE, 11, step, 0, 2);
  }

  private static double mean(double x, double latent, int timestep) {
    return .4 * x - .2 * latent + .05 * timestep;
  }

  private static double logDeviation(int timestep) {
    return -.1 * timestep;
  }

  private static double residual(double latent, int timestep) {
    return -.3 * latent + .1 * timestep;
  }

  private static double variance(double latent) {
    return .5 * latent;
  }

  private static NDArray encoded(NDArray[] in, NDManager manager) {
    float[] seen = in[0].toFloatArray();
    int timestep = (int) in[1].toFloatArray()[0];
    float[] output = new float[seen.length];
    double squashed = logDeviation(timestep) / 5;
    for (int i = 0; i < 2 * PIXELS; i++) {
      int at = i / PIXELS * 2 * PIXELS + i % PIXELS;
      output[at] = (float) mean(seen[at], seen[at + PIXELS], timestep);
      output[at + PIXELS] = (float) (2.5 * Math.log((1 + squashed) / (1 - squashed)));
    }
    return manager.create(output, new Shape(2, 2, 4, 4));
  }

  private static NDArray prior(NDArray[] in, NDManager manager) {
    float[] latents = in[0].toFloatArray();
    int timestep = (int) in[1].toFloatArray()[0];
    float[] output = new float[2 * latents.length];
    for (int i = 0; i < latents.length; i++) {
      int at = i / PIXELS * 2 * PIXELS + i % PIXELS;
      output[at] = (float) residual(latents[i], timestep);
      output[at + PIXELS] = (float) variance(latents[i]);
    }
    return manager.create(output, new Shape(2, 2, 4, 4));
  }

  private static double loss(int warmUp, int step, boolean areMeasured) {
    Objective objective =
        new HierarchicalObjective(HIERARCHY, new LabelDropout(0, 0), new DivergenceWarmUp(warmUp));
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Networks networks =
          new Networks(
              Map.of("unet", in -> prior(in, manager), "encoder", in -> encoded(in, manager)),
              areMeasured);
      return objective.loss(networks, batch(step), manager).getFloat();
    }
  }

  /** What the levels and the pixels cost, written out by hand, in nats. */
  private record Written(double[] divergences, double reconstruction) {

    static Written of(TrainingBatch batch) {
      List<float[]> noise = batch.noise(0, HIERARCHY.count());
      double[] divergences = new double[HIERARCHY.count()];
      double[] pixels = new double[2 * PIXELS];
      double[] estimates = new double[2 * PIXELS];
      for (int i = 0; i < 2 * PIXELS; i++) {
        double x = batch.images()[i];
        double latent = 0;
        for (int level = 0; level < HIERARCHY.count(); level++) {
          int timestep = HIERARCHY.count() - level;
          double priorMean = level == 0 ? 0 : latent + residual(latent, timestep);
          double share = (variance(latent) + 1) / 2;
          double priorDeviation = level == 0 ? 1 : Math.exp((-4 + share * 5) / 2);
          double mean = priorMean + priorDeviation * mean(x, latent, timestep);
          double deviation = priorDeviation * Math.exp(logDeviation(timestep));
          double offset = (mean - priorMean) / priorDeviation;
          double ratio = Math.pow(deviation / priorDeviation, 2);
          divergences[level] += (offset * offset + ratio - 1 - Math.log(ratio)) / 2 / (2 * PIXELS);
          latent = mean + deviation * noise.get(level)[i];
        }
        pixels[i] = x;
        estimates[i] = latent + residual(latent, 0);
      }
      return new Written(divergences, WrittenPixels.nats(pixels, estimates));
    }
  }

  @Test
  void lossIsTheBoundWithTheDivergencesOfTheLevelsGaussians() {
    Written written = Written.of(batch(0));

    double nats = written.reconstruction();
    for (double divergence : written.divergences()) {
      nats += divergence;
    }
    assertThat(loss(0, 0, false)).isCloseTo(PixelLikelihood.bits(nats), within(1e-4));
  }

  @Test
  void divergencesAreBalancedWhileTheirWeightWarmsUp() {
    Written written = Written.of(batch(5));

    double sum = 0;
    double balanced = 0;
    for (double divergence : written.divergences()) {
      sum += divergence + .01;
      balanced += divergence * (divergence + .01);
    }
    double nats = written.reconstruction() + .5 * 3 * balanced / sum;
    assertThat(loss(10, 5, false)).isCloseTo(PixelLikelihood.bits(nats), within(1e-4));
    assertThat(loss(10, 5, true)).isEqualTo(loss(0, 5, false));
  }
}
