package io.stepwise.network;

import java.util.List;

/**
 * Executes any batch of plan rows on one copy of a model's weights.
 *
 * <p>The rows may come from different plans, solvers, steps and requests; only the weights and the
 * shape are common. A result does not depend on its batch mates beyond float rounding (1e-3 in [-1,
 * 1] over a whole trajectory), and its noise not at all.
 *
 * <p>Used by one thread at a time: the one that opened it, or one that it was handed to, which has
 * opened a kernel of its own before. Native memory does not grow with the number of calls.
 */
public interface StepKernel extends AutoCloseable {

  /**
   * Returns the digest of the weights that were loaded, found from the files as they were read:
   * what its steps are computed with, whatever was ordered.
   */
  String digest();

  /**
   * Takes one step for every input.
   *
   * @param batch 1 or more steps
   * @return the results in the order of the batch
   * @throws NetworkException if the native library fails, a lack of memory included; the inputs are
   *     unchanged and may be tried again
   */
  List<StepOutput> run(List<StepInput> batch);

  /**
   * Turns states into images: those of a latent model by its decoder, all others are images.
   *
   * @param states 1 or more states [C, H, W] of the model's shape, finished or not; not changed
   * @return images [C, H, W] row-major, float32, of the model's image shape, in the same order;
   *     they may be the states themselves
   * @throws NetworkException if the native library fails, a lack of memory included
   */
  default List<float[]> decode(List<float[]> states) {
    return states;
  }

  /** Frees the native memory. Calling it again has no effect. */
  @Override
  void close();
}
