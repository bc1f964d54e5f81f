package io.stepwise.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A model in a folder, of any kind that can be served. */
public sealed interface FolderModel extends DenoisingModel
    permits DiffusersModel, OnePassModel, ScriptedModel {

  /**
   * Opens a folder: where it has no {@code unet/}, as a {@link OnePassModel} if it has a {@code
   * vae/} and as a {@link ScriptedModel} if it has a {@code model.pt}; as a {@link DiffusersModel}
   * otherwise.
   *
   * @param name the name that requests will use
   * @param device where its kernels run: {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws ModelFolderException if the folder cannot be used; it names the file and the problem
   */
  static FolderModel open(String name, Path folder, String device) {
    if (Files.isDirectory(folder) && OnePassModel.isIn(folder)) {
      return OnePassModel.open(name, folder, device);
    }
    return ScriptedModel.isIn(folder)
        ? ScriptedModel.open(name, folder, device)
        : DiffusersModel.open(name, folder, device);
  }

  /**
   * Returns the number of trainable values of the network, without those of an autoencoder; empty
   * where the files do not say.
   */
  OptionalLong parameterCount();

  /**
   * Returns the number of trainable values of what only training and likelihoods need, as encoders
   * and discriminators; empty where the files do not say.
   */
  OptionalLong companionParameterCount();

  /** Returns what it was trained for, and how. */
  StepwiseFile stepwise();

  /**
   * Returns the floating-point operations of one evaluation of the network for one image; empty
   * where the files do not say.
   */
  OptionalLong operationsPerStep();

  /** Returns the fields of the config of each network, with all defaults, by the network's role. */
  Map<String, Map<String, @Nullable Object>> configs();
}
