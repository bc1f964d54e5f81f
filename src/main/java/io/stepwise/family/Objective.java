package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** What a network is trained for: a loss as a function of its parameters and a batch. */
public interface Objective {

  /**
   * Runs the network on a batch and returns its loss, through which gradients flow.
   *
   * <p>All random draws come from the batch's streams, so a step can be taken again, whole or in
   * parts, with the same result. A batch's loss is the mean of its images' losses.
   *
   * @param network the network, on the calling thread
   * @param batch the images
   * @param manager owner of all tensors made, which the caller closes once it has the gradients
   * @return a scalar [], float32, attached to the manager
   */
  NDArray loss(Network network, TrainingBatch batch, NDManager manager);
}
