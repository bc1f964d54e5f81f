package io.stepwise.cli;

import io.stepwise.network.FolderModel;
import io.stepwise.network.ModelFolderException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where models are found: those shipped inside the jar by name, all others by their folder. */
final class ModelLibrary {

  /** Names of the models inside the jar, the default one first. */
  static final List<String> SHIPPED =
      List.of(
          "fashion-mnist",
          "fashion-mnist-vdm",
          "fashion-mnist-flow",
          "fashion-mnist-consistency",
          "fashion-mnist-one-step",
          "fashion-mnist-psi-diffusion",
          "fashion-mnist-hierarchical-vae",
          "fashion-mnist-vae",
          "fashion-mnist-gan");

  private static final String SHIPPED_ROOT = "/models/";

  private ModelLibrary() {}

  /**
   * Opens and checks a model.
   *
   * @param nameOrFolder a shipped model's name, or a path of a folder, whose last element becomes
   *     the model's name
   * @param device {@code cpu}, {@code cuda:N} or {@code auto}
   * @throws IllegalArgumentException if there is no such model
   * @throws ModelFolderException if it cannot be used
   */
  static FolderModel open(String nameOrFolder, String device) {
    return FolderModel.open(name(nameOrFolder), folder(nameOrFolder), device);
  }

  /**
   * Returns the name that requests use.
   *
   * @param nameOrFolder a shipped model's name, or a path of a folder
   */
  static String name(String nameOrFolder) {
    return SHIPPED.contains(nameOrFolder) ? nameOrFolder : name(Path.of(nameOrFolder));
  }

  /**
   * Returns the folder of a model.
   *
   * @param nameOrFolder a shipped model's name, or a path of a folder
   * @throws IllegalArgumentException if there is no such model
   */
  static Path folder(String nameOrFolder) {
    if (SHIPPED.contains(nameOrFolder)) {
      return shipped(nameOrFolder);
    }
    Path folder = Path.of(nameOrFolder);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "model: "
              + nameOrFolder
              + " (expected: a folder, or one of "
              + String.join(", ", SHIPPED)
              + ")");
    }
    return folder;
  }

  private static String name(Path folder) {
    Path last = folder.toAbsolutePath().normalize().getFileName();
    return last == null ? folder.toString() : last.toString();
  }

  private static Path shipped(String name) {
    return resource(SHIPPED_ROOT + name);
  }

  /**
   * Returns a file or folder of this build of the program.
   *
   * @param name its path from the root of the class path, with a slash before it
   * @throws ModelFolderException if there is none or the program's own file cannot be read
   */
  static Path resource(String name) {
    @Nullable URL url = ModelLibrary.class.getResource(name);
    if (url == null) {
      throw new ModelFolderException(Path.of(name), "not inside this build of the program");
    }
    try {
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        openFileSystem(uri);
      }
      return Path.of(uri);
    } catch (URISyntaxException | IOException e) {
      throw new ModelFolderException(Path.of(name), "cannot be read: " + e.getMessage(), e);
    }
  }

  /** The jar's file system stays open as long as the process, which may load the model anew. */
  @SuppressWarnings("resource")
  private static void openFileSystem(URI uri) throws IOException {
    try {
      FileSystem opened = FileSystems.newFileSystem(uri, Map.of());
      if (!opened.isOpen()) {
        throw new IOException(uri + ": its file system is closed");
      }
    } catch (FileSystemAlreadyExistsException e) {
      // Opened by an earlier call.
    }
  }
}
