package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.nio.file.Path;
import java.util.Map;

/**
 * All of a diffusers folder that a training begins with, read into memory.
 *
 * @param description what the folder's model is
 * @param family what it was trained for
 * @param network config of its U-Net
 * @param weights a value for each parameter of the U-Net, by dotted name
 */
public record PretrainedModel(
    ModelDescription description,
    String family,
    UNetConfig network,
    Map<String, TensorData> weights) {

  /**
   * Reads a folder after checking all of it.
   *
   * @param name what messages call the model
   * @throws ModelFolderException if it cannot be used, or its states are latents, which would need
   *     an encoder
   */
  public static PretrainedModel read(String name, Path folder) {
    ModelLayout layout = ModelLayout.of(folder);
    NetworkFolder autoencoder = layout.autoencoder();
    if (autoencoder != null) {
      throw new ModelFolderException(
          autoencoder.folder(), "not trained (expected: a model whose states are images)");
    }
    ModelDescription description = DiffusersModel.open(name, folder, "cpu").description();
    UNetConfig network = layout.network().config(UNetConfig::parse);
    return new PretrainedModel(
        description,
        layout.readStepwise().family(),
        network,
        layout.network().weights(UNet.define(network)));
  }

  /** Returns the scheduler, whose noise levels and prediction type the network was trained for. */
  public SchedulerConfig scheduler() {
    return description.scheduler();
  }
}
