package io.stepwise.family;

import ai.djl.ndarray.NDArray;

/** A network as an objective sees it: run to be trained, or only to be measured. */
@FunctionalInterface
public interface Network {

  /**
   * Runs the network.
   *
   * @return its output, attached to the first input's manager
   */
  NDArray run(NDArray... inputs);
}
