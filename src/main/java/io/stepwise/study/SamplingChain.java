package io.stepwise.study;

import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ImageShape;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Follows the estimates of the clean image through every step of a plan, many images at once: what
 * a sampler believes on its way. Confined to one thread.
 */
final class SamplingChain {

  /** Sees the estimates of one step. */
  @FunctionalInterface
  interface Observer {
    /**
     * Called once a step, the noisiest first.
     *
     * @param step 0 to n - 1
     * @param estimates clipped estimates of the clean images, each [C, H, W] row-major, in [-1, 1]
     */
    void onEstimates(int step, List<float[]> estimates);
  }

  private final StepKernel kernel;
  private final StepPlan plan;
  private final int batchSize;
  private final List<StepOutput> states = new ArrayList<>();
  private final long seed;
  private final long[] labels;

  /**
   * Begins with pure noise.
   *
   * @param kernel stays the caller's
   * @param shape shape of the states, which are images
   * @param labels class of each image, the index of "none" included
   * @param seed of all noise
   * @param batchSize images of one network call, 1 or more
   */
  SamplingChain(
      StepKernel kernel, StepPlan plan, ImageShape shape, long[] labels, long seed, int batchSize) {
    this.kernel = kernel;
    this.plan = plan;
    this.batchSize = batchSize;
    this.seed = seed;
    this.labels = labels.clone();
    for (int i = 0; i < labels.length; i++) {
      float[] x = new NormalStream(seed, i, 0).draw(shape.size());
      for (int k = 0; k < x.length; k++) {
        x[k] *= (float) plan.initialScale();
      }
      states.add(new StepOutput(x, new float[plan.history() * shape.size()]));
    }
  }

  /** Takes all steps and returns the samples, clipped to [-1, 1]. */
  List<float[]> run(Observer observer) {
    for (int step = 0; step < plan.steps(); step++) {
      observer.onEstimates(step, step(step));
    }
    return states.stream().map(state -> Pixels.clipped(state.x())).toList();
  }

  private List<float[]> step(int step) {
    List<float[]> estimates = new ArrayList<>();
    for (int from = 0; from < labels.length; from += batchSize) {
      int to = Math.min(labels.length, from + batchSize);
      List<StepInput> batch = new ArrayList<>();
      for (int i = from; i < to; i++) {
        StepOutput state = states.get(i);
        batch.add(
            new StepInput(
                plan.rows().get(step),
                state.x(),
                state.history(),
                new NormalStream(seed, i, step + 1),
                labels[i],
                1,
                true));
      }
      List<StepOutput> outputs = kernel.run(batch);
      for (int i = from; i < to; i++) {
        StepOutput output = outputs.get(i - from);
        states.set(i, output);
        estimates.add(Pixels.clipped(Objects.requireNonNull(output.denoised())));
      }
    }
    return estimates;
  }
}
