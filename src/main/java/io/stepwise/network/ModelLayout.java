package io.stepwise.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the parts of a diffusers model folder are: each in a folder of its own, or the network and
 * the scheduler flat in the root, as in the folders of 2022.
 *
 * @param folder the root
 * @param network the U-Net
 * @param scheduler the scheduler's config
 * @param autoencoder the autoencoder of a latent model; null where there is none
 * @param companions networks that only training needs, by the names of their folders
 */
record ModelLayout(
    Path folder,
    NetworkFolder network,
    Path scheduler,
    @Nullable NetworkFolder autoencoder,
    SortedMap<String, NetworkFolder> companions) {

  static final String INDEX = "model_index.json";
  static final String NETWORK = "unet";
  static final String AUTOENCODER = "vae";
  static final String GENERATOR = "generator";
  static final String SCHEDULER = "scheduler";
  static final String SCHEDULER_CONFIG = "scheduler_config.json";
  static final String STEPWISE = "stepwise.json";

  /** Folders of networks that only training needs. */
  private static final List<String> COMPANIONS = List.of("encoder", "discriminator");

  /**
   * Finds the parts of a folder; those that are missing are expected in folders of their own.
   *
   * @throws ModelFolderException if there is no such folder
   */
  static ModelLayout of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelFolderException(folder, "no such folder");
    }
    Path autoencoder = folder.resolve(AUTOENCODER);
    boolean isFlat =
        !Files.exists(folder.resolve(NETWORK))
            && Files.exists(folder.resolve(NetworkFolder.CONFIG));
    return new ModelLayout(
        folder,
        new NetworkFolder(isFlat ? folder : folder.resolve(NETWORK)),
        isFlat
            ? folder.resolve(SCHEDULER_CONFIG)
            : folder.resolve(SCHEDULER).resolve(SCHEDULER_CONFIG),
        Files.isDirectory(autoencoder) ? new NetworkFolder(autoencoder) : null,
        companions(folder));
  }

  private static SortedMap<String, NetworkFolder> companions(Path folder) {
    SortedMap<String, NetworkFolder> companions = new TreeMap<>();
    for (String name : COMPANIONS) {
      if (Files.isDirectory(folder.resolve(name))) {
        companions.put(name, new NetworkFolder(folder.resolve(name)));
      }
    }
    return companions;
  }

  /** Returns the number of values of the networks that only training needs. */
  long companionParameterCount() {
    return companions.values().stream()
        .mapToLong(companion -> companion.definition().parameterCount())
        .sum();
  }

  /** Returns whether the folder is that of one network alone, without a scheduler. */
  boolean isSingleNetwork() {
    return network.folder().equals(folder) && !Files.exists(scheduler);
  }

  /** Returns whether the folder has a decoder and no network to take steps with. */
  boolean isOnePass() {
    return Files.isDirectory(decoder().folder())
        && !Files.exists(network.folder())
        && !Files.exists(folder.resolve(ScriptedModel.SCRIPT));
  }

  /** Returns the decoder of a one-pass model. */
  NetworkFolder decoder() {
    return autoencoder == null ? new NetworkFolder(folder.resolve(GENERATOR)) : autoencoder;
  }

  /** Returns where the labels are; the file may be missing. */
  Path stepwise() {
    return folder.resolve(STEPWISE);
  }

  /** Reads what is there, or what holds without it. */
  StepwiseFile readStepwise() {
    return Files.exists(stepwise())
        ? ConfigFile.parse(stepwise(), StepwiseFile::parse)
        : StepwiseFile.absent();
  }
}
