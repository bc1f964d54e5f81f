package io.stepwise.study;

import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.ImageShape;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

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

  private final List<BatchSampler> parts = new ArrayList<>();

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
    for (int from = 0; from < labels.length; from += batchSize) {
      List<BatchSampler.Request> requests =
          IntStream.range(from, Math.min(labels.length, from + batchSize))
              .mapToObj(i -> new BatchSampler.Request(seed, i, labels[i], 1))
              .toList();
      parts.add(new BatchSampler(kernel, plan, shape, requests));
    }
  }

  /** Takes all steps and returns the samples, clipped to [-1, 1]. */
  List<float[]> run(Observer observer) {
    for (int step = 0; !parts.get(0).isDone(); step++) {
      observer.onEstimates(step, clipped(BatchSampler::stepWithEstimates));
    }
    return clipped(BatchSampler::images);
  }

  private List<float[]> clipped(Function<BatchSampler, List<float[]>> images) {
    return parts.stream().map(images).flatMap(List::stream).map(Pixels::clipped).toList();
  }
}
