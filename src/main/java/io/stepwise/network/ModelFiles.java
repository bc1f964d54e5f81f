package io.stepwise.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The files that a served model consists of. */
public final class ModelFiles {

  private ModelFiles() {}

  /**
   * Copies a model byte for byte, so that it keeps its digest; whatever else lies in its folder
   * stays behind.
   *
   * @param from a model folder of either kind
   * @param to a new or empty folder
   * @throws ModelFolderException if the folder is missing or holds no model
   */
  public static void copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
  }

  /**
   * Returns the SHA-256 of a file in lower-case hex.
   *
   * @throws ModelFolderException if it cannot be read or is no regular file
   */
  public static String sha256(Path file) {
    MessageDigest digest = ModelFile.sha256();
    ModelFile.digest(file, digest);
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path folder) {
    ModelLayout layout = ModelLayout.of(folder);
    List<Path> files = new ArrayList<>();
    if (!layout.isOnePass() && ScriptedModel.isIn(folder)) {
      files.add(folder.resolve(ScriptedModel.SCRIPT));
      addIfThere(
          folder.resolve(ModelLayout.SCHEDULER).resolve(ModelLayout.SCHEDULER_CONFIG), files);
    } else {
      files.addAll(layout.isOnePass() ? layout.decoder().files() : layout.network().files());
      files.add(layout.scheduler());
      NetworkFolder autoencoder = layout.autoencoder();
      if (autoencoder != null && !layout.isOnePass()) {
        files.addAll(autoencoder.files());
      }
      layout.companions().values().forEach(companion -> files.addAll(companion.files()));
      addIfThere(folder.resolve(ModelLayout.INDEX), files);
    }
    addIfThere(layout.stepwise(), files);
    return files;
  }

  private static void addIfThere(Path file, List<Path> files) {
    if (Files.exists(file)) {
      files.add(file);
    }
  }
}
