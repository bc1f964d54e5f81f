package io.stepwise.study;

import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The noise levels of a diffusion model whose noise an encoder makes, each with a draw of its own:
 * the divergences of the steps need no more of the states than that.
 *
 * @param kernel runs the network
 * @param encoder makes the noise; null for standard noise
 * @param levels the noise levels
 */
record NoiseChain(StepKernel kernel, ImageNoise.@Nullable Encoder encoder, EncodedLevels levels)
    implements LatentChain {

  private static final StepMatrix NOISE_ONLY = StepMatrix.of(new double[] {0, 0, 0});

  @Override
  public int states() {
    return levels.count();
  }

  @Override
  public int noises() {
    return 1;
  }

  @Override
  public List<Pass> passes(Image image, int first, int count) {
    int pixels = image.pixels().length;
    ImageNoise noise = ImageNoise.of(encoder, image.pixels(), 0, image.label(), pixels);
    List<StepInput> batch = new ArrayList<>();
    for (int draw = first; draw < first + count; draw++) {
      for (int t = 0; t < levels.count(); t++) {
        batch.add(input(image, noise, levels.at(t), draw * levels.count() + t));
      }
    }
    List<StepOutput> outputs = kernel.run(batch);
    List<Pass> passes = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      double[] steps = new double[levels.count() - 1];
      int offset = k * levels.count();
      for (int t = 1; t < levels.count(); t++) {
        steps[levels.count() - 1 - t] =
            step(image, noise, t, outputs.get(offset + t), batch.get(offset + t));
      }
      passes.add(
          new Pass(
              noise.divergence(),
              steps,
              Objects.requireNonNull(outputs.get(offset).denoised()),
              levels.count() == 1
                  ? noise.logRatio(image.stream(first + k).draw(pixels))
                  : Double.NaN,
              List.of(noise)));
    }
    return passes;
  }

  private StepInput input(Image image, ImageNoise noise, EncodedLevels.Level level, int draw) {
    float[] drawn = image.stream(draw).draw(image.pixels().length);
    float[] state = new float[drawn.length];
    for (int j = 0; j < state.length; j++) {
      double made = level.isLast() ? noise.value(j, drawn[j]) : noise.mean()[j] + drawn[j];
      state[j] = (float) (level.alpha() * image.pixels()[j] + level.sigma() * made);
    }
    return new StepInput(
        row(level), state, new float[0], image.fresh(draw), image.label(), 1, true);
  }

  /**
   * Returns the row that gives the estimate and, of a network with learned variance, a state that
   * is the fresh noise times exp(f), f being the network's share of the way between its bounds.
   */
  private StepRow row(EncodedLevels.Level level) {
    boolean learns = levels.learnsVariance();
    return new StepRow(
        level.timestep(),
        1,
        level.denoised().x(),
        level.denoised().out(),
        null,
        NOISE_ONLY,
        learns ? 1 : 0,
        learns ? new LogVarianceBounds(0, 2) : null);
  }

  /** Returns what a reverse step costs, in nats a dimension. */
  private double step(
      Image image, ImageNoise noise, int timestep, StepOutput output, StepInput input) {
    EncodedLevels.Step step = levels.at(timestep).step();
    float[] estimate = Objects.requireNonNull(output.denoised());
    float[] fresh = input.noise().draw(estimate.length);
    double sum = 0;
    for (int j = 0; j < estimate.length; j++) {
      double error = image.pixels()[j] + step.encodedWeight() * noise.mean()[j] - estimate[j];
      double share =
          levels.learnsVariance() && fresh[j] != 0 ? Math.log(output.x()[j] / fresh[j]) : 0;
      sum += step.divergence(error * error, share);
    }
    return sum / estimate.length;
  }
}
