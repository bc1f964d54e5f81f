package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ConfigFile;
import io.stepwise.network.Golden;
import io.stepwise.network.Safetensors;
import io.stepwise.network.ScriptedFolder;
import io.stepwise.network.TensorData;
import io.stepwise.network.TinyFolder;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ModelsCommandTest {

  @TempDir Path temporary;
  private Path folder;

  @BeforeEach
  void writeFolder() {
    folder = temporary.resolve("tiny");
    TinyFolder.write(folder);
  }

  @Test
  void wholeFolderIsOk() {
    CommandResult result = CommandResult.of("models", "check", folder.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(result.out())
        .matches("(?s)\\Q" + folder + "\\E: ok, [\\d,]+ parameters, digest .*\\R");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void shownModelHasItsFactsAndItsArchitecture() {
    CommandResult lines = CommandResult.of("models", "show", folder.toString());
    CommandResult json = CommandResult.of("models", "show", folder.toString(), "--json");

    assertThat(lines.exitCode()).isZero();
    assertThat(lines.out())
        .containsPattern("name +tiny\\R")
        .containsPattern("flops_per_image_step +1596416\\R")
        .containsPattern("labels +\\[left, top]\\R")
        .containsPattern("block_out_channels +\\[8]\\R");
    assertThat(json.exitCode()).isZero();
    assertThat(json.out()).contains("\"none_label\" : true", "\"norm_num_groups\" : 4");
  }

  @Test
  void missingFileIsOneLine() throws IOException {
    Files.delete(folder.resolve(TinyFolder.SCHEDULER));

    assertBroken(TinyFolder.SCHEDULER + ": cannot be read: no such file");
  }

  @Test
  void truncatedWeightsAreOneLine() throws IOException {
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve(TinyFolder.WEIGHTS).toFile(), "rw")) {
      file.setLength(file.length() / 2);
    }

    assertBroken(TinyFolder.WEIGHTS + ": ", "truncated: ends at byte ");
  }

  @Test
  void tensorOfAnotherShapeIsOneLine() throws IOException {
    Map<String, Object> config = ConfigFile.read(folder.resolve(TinyFolder.CONFIG));
    config.put("num_class_embeds", 4);
    ConfigFile.write(folder.resolve(TinyFolder.CONFIG), config);
    Files.delete(folder.resolve(TinyFolder.STEPWISE));

    assertBroken(
        TinyFolder.WEIGHTS + ": class_embedding.weight: shape [3, 32] (expected: [4, 32])");
  }

  @Test
  void pickleIsOneLine() throws IOException {
    Files.move(
        folder.resolve(TinyFolder.WEIGHTS), folder.resolve("unet/diffusion_pytorch_model.bin"));

    assertBroken(
        "unet/diffusion_pytorch_model.bin: a pickle, which can run code and is never read");
  }

  @Test
  void brokenConfigIsOneLine() throws IOException {
    Files.writeString(folder.resolve(TinyFolder.CONFIG), "{\n\n\"sample_size\"");

    assertBroken(TinyFolder.CONFIG + ": not a JSON object: ");
  }

  @Test
  void weightsThatAreNoNumbersAreOneLine() throws IOException {
    Path weights = folder.resolve(TinyFolder.WEIGHTS);
    byte[] bytes = Files.readAllBytes(weights);
    for (int i = bytes.length - 1; i > bytes.length - 1000; i--) {
      bytes[i] = (byte) 0xff;
    }
    Files.write(weights, bytes);

    assertBroken(": a step gives NaN (expected: finite)");
  }

  @Test
  void folderThatIsNotThereIsWrongArgument() {
    CommandResult result = CommandResult.of("models", "check", folder + "x");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .singleElement()
        .asString()
        .startsWith("stepwise models check: model: " + folder + "x (expected: a folder, or one of");
  }

  @Test
  void networkRunsOnTensorsOfFile() throws IOException {
    Path input = temporary.resolve("in.safetensors");
    Path output = temporary.resolve("out.safetensors");
    Safetensors.write(
        input,
        Map.of(
            "sample", new TensorData(new long[] {1, 1, 8, 8}, new float[64]),
            "timestep", new TensorData(new long[0], new float[] {5}),
            "class_labels", new TensorData(new long[] {1}, new float[] {2})));

    CommandResult result =
        CommandResult.of(
            "models",
            "run",
            folder.toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString());

    assertThat(result.err()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(result.out()).containsPattern("output +\\[1, 1, 8, 8]\\R");
    assertThat(Safetensors.read(output).get("output").values()).hasSize(64);
  }

  @Test
  void wrongInputOfRunIsOneLine() throws IOException {
    Path input = temporary.resolve("in.safetensors");
    String[] arguments = {
      "models",
      "run",
      folder.toString(),
      "--input",
      input.toString(),
      "--output",
      temporary + "/out"
    };
    CommandResult missing = CommandResult.of(arguments);
    Safetensors.write(input, Map.of());
    CommandResult empty = CommandResult.of(arguments);

    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err().lines())
        .containsExactly("stepwise models run: " + input + ": cannot be read: no such file");
    assertThat(empty.exitCode()).isEqualTo(2);
    assertThat(empty.err().lines())
        .containsExactly("stepwise models run: sample: missing (expected: a tensor of this name)");
  }

  @Test
  void outputOfRunThatCannotBeWrittenIsOneLine() throws IOException {
    Path input = Golden.folder("vae-kl").resolve("io.safetensors");
    Path output = temporary.resolve("nowhere/out.safetensors");

    CommandResult result =
        CommandResult.of(
            "models",
            "run",
            Golden.folder("vae-kl").toString(),
            "--input",
            input.toString(),
            "--output",
            output.toString());

    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err().lines())
        .containsExactly("stepwise models run: " + output + ": no such file or folder");
  }

  @Test
  void unknownComponentOfRunIsWrongArgument() {
    CommandResult result =
        CommandResult.of(
            "models",
            "run",
            folder.toString(),
            "--input",
            "a",
            "--output",
            "b",
            "--component",
            "text");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err().lines())
        .containsExactly("stepwise models run: component: text (expected: one of [unet, vae])");
  }

  @Test
  void exportedModelIsTheModel() {
    Path copy = temporary.resolve("copy");

    CommandResult result = CommandResult.of("models", "export", folder.toString(), copy.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(CommandResult.of("models", "check", copy.toString()).out())
        .isEqualTo(
            CommandResult.of("models", "check", folder.toString())
                .out()
                .replace(folder.toString(), copy.toString()));
    assertThat(CommandResult.of("models", "export", folder.toString(), copy.toString()).exitCode())
        .isEqualTo(1);
  }

  @Test
  void latentModelIsShownWithItsAutoencoderAndChecked() {
    Path latent = temporary.resolve("latent");
    TinyFolder.writeLatent(latent);

    CommandResult shown = CommandResult.of("models", "show", latent.toString());
    CommandResult checked = CommandResult.of("models", "check", latent.toString());

    assertThat(shown.out())
        .containsPattern("image +\\[1, 16, 16]\\R")
        .containsPattern("latent +\\[2, 8, 8]\\R")
        .containsPattern("shift_factor +0.1\\R");
    assertThat(checked.exitCode()).isZero();
  }

  @Test
  void torchScriptFileIsShownAndChecked() {
    Path scripted = temporary.resolve("scripted");
    ScriptedFolder.write(scripted);

    CommandResult shown = CommandResult.of("models", "show", scripted.toString());
    CommandResult checked = CommandResult.of("models", "check", scripted.toString());

    assertThat(shown.out())
        .containsPattern("image +\\[1, 8, 8]\\R")
        .containsPattern("labels +\\[left, top]\\R")
        .doesNotContain("parameters");
    assertThat(checked.err()).isEmpty();
    assertThat(checked.out())
        .matches("(?s)\\Q" + scripted + "\\E: ok, a TorchScript file, digest .*\\R");
  }

  @Test
  void torchScriptFileSamples() {
    Path scripted = temporary.resolve("scripted");
    Path images = temporary.resolve("images");
    ScriptedFolder.write(scripted);

    CommandResult result =
        CommandResult.of(
            "sample",
            "--model",
            scripted.toString(),
            "--label",
            "top",
            "--steps",
            "2",
            "--guidance",
            "2",
            "--out",
            images.toString());

    assertThat(result.exitCode()).isZero();
    assertThat(images).isDirectoryContaining("glob:**.png");
  }

  @Test
  void torchScriptFileWithTheWrongOutputIsOneLine() {
    folder = temporary.resolve("scripted");
    ScriptedFolder.writeWithWrongOutput(folder);

    assertBroken("model.pt: output: float32 (2, 1, 1, 8) (expected: float32 (2, 1, 8, 8))");
  }

  private void assertBroken(String... problems) {
    for (String command : new String[] {"check", "show"}) {
      CommandResult result = CommandResult.of("models", command, folder.toString());
      if (command.equals("show") && result.exitCode() == 0) {
        continue;
      }
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.out()).isEmpty();
      assertThat(result.err().lines())
          .singleElement()
          .asString()
          .startsWith("stepwise models " + command + ": " + folder)
          .contains(problems);
    }
  }
}
