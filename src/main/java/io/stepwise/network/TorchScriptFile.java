package io.stepwise.network;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.ProviderNotFoundException;
import java.util.Map;
import java.util.stream.Stream;

/** Tells TorchScript files from the other things that are called {@code .pt}. */
final class TorchScriptFile {

  private TorchScriptFile() {}

  /**
   * Checks that a file is a zip with the code of a module, as {@code torch.jit.save} writes it. The
   * code is not run.
   *
   * @throws ModelFolderException if it cannot be read or is something else
   */
  static void requireTorchScript(Path file) {
    try (SeekableByteChannel channel = ModelFile.open(file)) {
      if (channel.size() == 0) {
        throw notTorchScript(file, "empty");
      }
    } catch (IOException e) {
      throw ModelFile.unreadable(file, e);
    }
    try (FileSystem zip = FileSystems.newFileSystem(file, Map.of());
        Stream<Path> roots = Files.list(zip.getPath("/"))) {
      if (roots.noneMatch(TorchScriptFile::hasCode)) {
        throw notTorchScript(file, "an archive without code, such as torch.save writes");
      }
    } catch (ProviderNotFoundException e) {
      throw notTorchScript(file, "not a zip archive");
    } catch (IOException e) {
      throw ModelFile.unreadable(file, e);
    }
  }

  private static boolean hasCode(Path root) {
    return Files.isDirectory(root.resolve("code"))
        && Files.exists(root.resolve("constants.pkl"))
        && Files.exists(root.resolve("data.pkl"));
  }

  private static ModelFolderException notTorchScript(Path file, String what) {
    return new ModelFolderException(
        file, what + " (expected: a TorchScript file, as torch.jit.save writes it)");
  }
}
