package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.stepwise.network.TensorData;
import java.util.Map;
import java.util.Set;

/**
 * What networks are trained for: a loss as a function of their parameters and a batch. A family has
 * one or more, taken one after the other in each update, each of which changes networks of its own.
 *
 * <p>An objective may learn from the losses of an update where to look in the next ones. What it
 * has learnt is its state, which a checkpoint keeps. Confined to one thread.
 */
public interface Objective {

  /**
   * Returns which networks its gradient changes, out of those that the training has. Gradients of
   * others are thrown away.
   *
   * @param all names of the networks of the training
   */
  default Set<String> trained(Set<String> all) {
    return all;
  }

  /** Returns how long the optimizer of the networks that it changes remembers gradients. */
  default Momentum momentum() {
    return Momentum.USUAL;
  }

  /**
   * Runs the networks on a batch and returns their loss, through which gradients flow.
   *
   * <p>All random draws come from the batch's streams, so a step can be taken again, whole or in
   * parts, with the same result. A batch's loss is the mean of its images' losses. Where networks
   * are trained, draws may follow the objective's state, and it notes the losses; where they are
   * only measured, draws are always the same.
   *
   * @param networks the networks, on the calling thread
   * @param batch the images
   * @param manager owner of all tensors made, which the caller closes once it has the gradients
   * @return a scalar [], float32, attached to the manager
   */
  NDArray loss(Networks networks, TrainingBatch batch, NDManager manager);

  /** Ends an update, once all parts of its batch were seen: the noted losses count from now on. */
  default void endUpdate() {}

  /** Returns a copy of its state between two updates, by name; empty if it has none. */
  default Map<String, TensorData> state() {
    return Map.of();
  }

  /**
   * Takes over a state.
   *
   * @throws IllegalArgumentException if it is not one of this objective
   */
  default void restore(Map<String, TensorData> state) {}
}
