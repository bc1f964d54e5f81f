package io.stepwise.study;

import io.stepwise.diffusion.LatentHierarchy;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The latents of a hierarchical autoencoder, each drawn given the one before.
 *
 * @param kernel runs the network of the prior
 * @param encoder makes the noise of a latent of the image and the latent before; null for standard
 *     noise
 * @param hierarchy the latents
 */
record HierarchyChain(
    StepKernel kernel, ImageNoise.@Nullable Encoder encoder, LatentHierarchy hierarchy)
    implements LatentChain {

  private static final StepMatrix NOISE_ONLY = StepMatrix.of(new double[] {0, 0, 0});

  /** The states of some draws, and what they have cost so far. */
  private static final class Draws {

    private final List<float[]> states = new ArrayList<>();
    private final double[][] costs;
    private final double[] logRatios;
    private final List<List<ImageNoise>> noises = new ArrayList<>();

    private Draws(int count, int levels) {
      this.costs = new double[count][levels];
      this.logRatios = new double[count];
    }
  }

  @Override
  public int states() {
    return hierarchy.count();
  }

  @Override
  public int noises() {
    return hierarchy.count();
  }

  @Override
  public List<Pass> passes(Image image, int first, int count) {
    int levels = hierarchy.count();
    int pixels = image.pixels().length;
    Draws draws = new Draws(count, levels);
    for (int k = 0; k < count; k++) {
      draws.noises.add(new ArrayList<>());
      float[] noise = noise(image, new float[pixels], levels, draws, k, first);
      draws.states.add(noise);
    }
    for (int timestep = levels - 1; timestep > 0; timestep--) {
      List<StepInput> batch = inputs(image, draws.states, timestep, first);
      List<StepOutput> outputs = kernel.run(batch);
      for (int k = 0; k < count; k++) {
        float[] noise = noise(image, draws.states.get(k), timestep, draws, k, first);
        draws.states.set(k, next(outputs.get(k), batch.get(k), noise));
      }
    }
    List<StepOutput> outputs = kernel.run(inputs(image, draws.states, 0, first));
    List<Pass> passes = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      double[] costs = draws.costs[k];
      passes.add(
          new Pass(
              costs[0],
              Arrays.copyOfRange(costs, 1, levels),
              Objects.requireNonNull(outputs.get(k).denoised()),
              draws.logRatios[k],
              draws.noises.get(k)));
    }
    return passes;
  }

  /** Draws the noise of a level and keeps what it costs. */
  private float[] noise(Image image, float[] latent, int timestep, Draws draws, int k, int first) {
    int pixels = latent.length;
    float[] seen = Arrays.copyOf(image.pixels(), 2 * pixels);
    System.arraycopy(latent, 0, seen, pixels, pixels);
    ImageNoise noise = ImageNoise.of(encoder, seen, timestep, image.label(), pixels);
    int level = hierarchy.count() - timestep;
    float[] drawn = image.stream((first + k) * hierarchy.count() + level).draw(pixels);
    draws.noises.get(k).add(noise);
    draws.costs[k][level] = noise.divergence();
    draws.logRatios[k] += noise.logRatio(drawn);
    float[] values = new float[pixels];
    for (int j = 0; j < pixels; j++) {
      values[j] = (float) noise.value(j, drawn[j]);
    }
    return values;
  }

  private List<StepInput> inputs(Image image, List<float[]> states, int timestep, int first) {
    List<StepInput> batch = new ArrayList<>();
    for (int k = 0; k < states.size(); k++) {
      int draw = (first + k) * hierarchy.count() + timestep;
      batch.add(
          new StepInput(
              row(timestep),
              states.get(k),
              new float[0],
              image.fresh(draw),
              image.label(),
              1,
              true));
    }
    return batch;
  }

  /** Returns the row of the plan, but that its state is the fresh noise alone. */
  private StepRow row(int timestep) {
    StepRow row = hierarchy.row(timestep);
    return new StepRow(
        row.timestep(),
        row.inputScale(),
        row.p(),
        row.q(),
        row.clip(),
        NOISE_ONLY,
        row.v(),
        row.logVarianceBounds());
  }

  /** Returns the prior's mean with so much noise of its deviation. */
  private static float[] next(StepOutput output, StepInput input, float[] noise) {
    float[] mean = Objects.requireNonNull(output.denoised());
    float[] fresh = input.noise().draw(mean.length);
    float[] next = new float[mean.length];
    for (int j = 0; j < next.length; j++) {
      double deviation = fresh[j] == 0 ? 1 : output.x()[j] / fresh[j];
      next[j] = (float) (mean[j] + deviation * noise[j]);
    }
    return next;
  }
}
