package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.stepwise.network.TorchModule;

/** What a network is trained for: a loss as a function of its parameters and a batch. */
public interface Objective {

  /**
   * Runs the network on a batch and returns its loss, through which gradients flow.
   *
   * <p>All random draws are functions of the batch's seed and step, so a step can be taken again
   * with the same result.
   *
   * @param network the network, on the calling thread, with gradients switched on
   * @param batch the images
   * @param manager owner of all tensors made; closed by the caller after the gradients are taken
   * @return a scalar [], float32, attached to the manager
   */
  NDArray loss(TorchModule network, TrainingBatch batch, NDManager manager);
}
