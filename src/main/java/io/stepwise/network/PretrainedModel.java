package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All of a diffusers folder that a training begins with, read into memory.
 *
 * @param description what the folder's model is
 * @param family what it was trained for
 * @param networks its networks by the names of their folders, the U-Net first
 */
public record PretrainedModel(
    ModelDescription description, String family, Map<String, NetworkWeights> networks) {

  /**
   * Reads a folder after checking all of it.
   *
   * @param name what messages call the model
   * @throws ModelFolderException if it cannot be used, or its states are latents, which would need
   *     an encoder
   */
  public static PretrainedModel read(String name, Path folder) {
    ModelLayout layout = ModelLayout.of(folder);
    if (layout.isOnePass()) {
      Map<String, NetworkWeights> networks = new LinkedHashMap<>();
      networks.put(layout.decoder().name(), layout.decoder().read());
      layout.companions().forEach((part, companion) -> networks.put(part, companion.read()));
      return new PretrainedModel(
          OnePassModel.open(name, folder, "cpu").description(),
          layout.readStepwise().family(),
          networks);
    }
    NetworkFolder autoencoder = layout.autoencoder();
    if (autoencoder != null) {
      throw new ModelFolderException(
          autoencoder.folder(), "not trained (expected: a model whose states are images)");
    }
    ModelDescription description = DiffusersModel.open(name, folder, "cpu").description();
    Map<String, NetworkWeights> networks = new LinkedHashMap<>();
    networks.put(ModelLayout.NETWORK, layout.network().read());
    layout.companions().forEach((part, companion) -> networks.put(part, companion.read()));
    return new PretrainedModel(description, layout.readStepwise().family(), networks);
  }

  /**
   * Returns why it cannot be trained on images of these labels; empty if it can. A model that makes
   * images in one pass knows no labels and may be trained on any.
   */
  public Optional<String> difference(List<String> labels) {
    List<String> own = description.labels();
    return own.equals(labels) || !networks.containsKey(ModelLayout.NETWORK)
        ? Optional.empty()
        : Optional.of("labels: %s (expected: %s, as the data set)".formatted(own, labels));
  }

  /** Returns the configs of all networks, by the names of their folders. */
  public Map<String, Map<String, @Nullable Object>> configs() {
    Map<String, Map<String, @Nullable Object>> configs = new LinkedHashMap<>();
    networks.forEach((part, network) -> configs.put(part, network.config()));
    return configs;
  }

  /** Returns the scheduler, whose noise levels and prediction type the network was trained for. */
  public SchedulerConfig scheduler() {
    return description.scheduler();
  }
}
