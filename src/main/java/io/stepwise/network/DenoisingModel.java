package io.stepwise.network;

/**
 * A model that kernels can be opened on: a checked folder, or a fake in tests.
 *
 * <p>Thread safe; holds no native memory itself.
 */
public interface DenoisingModel {

  /** Returns what the model is. */
  ModelDescription description();

  /**
   * Loads the weights and returns a kernel, and prepares the calling thread to run kernels.
   *
   * @param threads how many native threads one network call may use, 1 or more
   * @return a kernel that the caller owns and closes
   * @throws NetworkException if the weights cannot be loaded
   */
  StepKernel openKernel(int threads);
}
