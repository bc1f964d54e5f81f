package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DiffusersFolderTest {

  @TempDir Path folder;

  @Test
  void copyOfWrittenModelIsIdentical() throws IOException {
    Path model = folder.resolve("model");
    TinyFolder.writeLatent(model);
    Path copy = folder.resolve("copy");

    DiffusersFolder.copy(model, copy);

    List<Path> files = files(model);
    assertThat(files(copy)).isEqualTo(files);
    for (Path file : files) {
      assertThat(copy.resolve(file)).hasSameBinaryContentAs(model.resolve(file));
    }
    assertThat(open(copy).description()).isEqualTo(open(model).description());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet-plain", "unet-attention-classes", "unet-ddpm-style", "vae-kl"})
  void copyOfReferenceFolderKeepsEveryTensorAndField(String golden) throws IOException {
    NetworkFolder original = new NetworkFolder(Golden.folder(golden));
    Path copy = folder.resolve("copy");

    DiffusersFolder.copy(original.folder(), copy);

    NetworkFolder copied = new NetworkFolder(copy);
    assertThat(copied.config()).isEqualTo(original.config());
    Map<String, TensorData> weights = original.weights();
    Map<String, TensorData> read = copied.weights();
    assertThat(read.keySet()).containsExactlyElementsOf(weights.keySet());
    weights.forEach(
        (name, tensor) -> {
          assertThat(read.get(name).shape()).isEqualTo(tensor.shape());
          assertThat(read.get(name).values()).isEqualTo(tensor.values());
        });
  }

  @Test
  void flatFolderWithOldNamesIsWrittenInTodaysLayout() throws IOException {
    Path model = folder.resolve("model");
    TinyFolder.write(model);
    Path flat = Files.createDirectory(folder.resolve("flat"));
    Map<String, TensorData> old = new LinkedHashMap<>();
    Safetensors.read(model.resolve(TinyFolder.WEIGHTS))
        .forEach((name, tensor) -> old.put(name.replace(".to_q.", ".query."), tensor));
    Safetensors.write(flat.resolve(NetworkFolder.WEIGHTS), old);
    Files.copy(model.resolve(TinyFolder.CONFIG), flat.resolve("config.json"));
    Files.copy(model.resolve(TinyFolder.SCHEDULER), flat.resolve("scheduler_config.json"));
    Files.copy(model.resolve(TinyFolder.STEPWISE), flat.resolve("stepwise.json"));
    Path copy = folder.resolve("copy");

    DiffusersFolder.copy(flat, copy);

    for (Path file : files(model)) {
      assertThat(copy.resolve(file)).hasSameBinaryContentAs(model.resolve(file));
    }
  }

  @Test
  void indexNamesTheClassesForPython() throws IOException {
    TinyFolder.write(folder);

    assertThat(ConfigFile.read(folder.resolve("model_index.json")))
        .isEqualTo(
            Map.of(
                "_class_name", "DDPMPipeline",
                "unet", List.of("diffusers", "UNet2DModel"),
                "scheduler", List.of("diffusers", "DDPMScheduler")));
  }

  @Test
  void folderThatIsNotEmptyIsNotWrittenTo() throws IOException {
    Path model = folder.resolve("model");
    TinyFolder.write(model);
    Path full = Files.createDirectory(folder.resolve("full"));
    Path note = Files.writeString(full.resolve("note.txt"), "keep me");

    assertThatThrownBy(() -> DiffusersFolder.copy(model, full))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(full + ": not empty (expected: a new or empty folder)");
    assertThatThrownBy(() -> DiffusersFolder.copy(model, note))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(note + ": a file (expected: a new or empty folder)");
    assertThat(full).isDirectoryNotContaining("glob:**unet");
  }

  @Test
  void brokenModelIsNotCopied() throws IOException {
    Path model = folder.resolve("model");
    TinyFolder.writeLatent(model);
    Path file = model.resolve("vae").resolve(NetworkFolder.WEIGHTS);
    Map<String, TensorData> weights = new LinkedHashMap<>(Safetensors.read(file));
    weights.remove("encoder.conv_in.bias");
    Safetensors.write(file, weights);
    Path copy = folder.resolve("copy");

    assertThatThrownBy(() -> DiffusersFolder.copy(model, copy))
        .isInstanceOf(ModelFolderException.class)
        .hasMessageContaining("encoder.conv_in.bias: missing");
    assertThat(copy).doesNotExist();
  }

  private static DiffusersModel open(Path folder) {
    return DiffusersModel.open("model", folder, "cpu");
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(folder::relativize).sorted().toList();
    }
  }
}
