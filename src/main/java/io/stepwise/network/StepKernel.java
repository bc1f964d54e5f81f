package io.stepwise.network;

import java.util.List;

/**
 * Executes any batch of plan rows on one copy of a model's weights.
 *
 * <p>The rows may come from different plans, solvers, steps and requests; only the weights and the
 * shape are common. A result does not depend on its batch mates beyond float rounding (1e-3 in [-1,
 * 1] over a whole trajectory), and its noise not at all.
 *
 * <p>Confined to the thread that opened it. Native memory does not grow with the number of calls.
 */
public interface StepKernel extends AutoCloseable {

  /**
   * Takes one step for every input.
   *
   * @param batch 1 or more steps
   * @return the results in the order of the batch
   * @throws NetworkException if the native library fails, a lack of memory included; the inputs are
   *     unchanged and may be tried again
   */
  List<StepOutput> run(List<StepInput> batch);

  /** Frees the native memory. Calling it again has no effect. */
  @Override
  void close();
}
