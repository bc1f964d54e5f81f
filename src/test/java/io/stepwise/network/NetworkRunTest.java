package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkRunTest {

  @ParameterizedTest
  @ValueSource(strings = {"unet-plain", "unet-attention-classes", "unet-ddpm-style", "vae-kl"})
  void referenceFoldersRunAsTheyAre(String golden) {
    Map<String, TensorData> io = Safetensors.read(Golden.folder(golden).resolve("io.safetensors"));

    Map<String, TensorData> results = run(Golden.folder(golden), null, io);

    if (golden.equals("vae-kl")) {
      assertThat(results.keySet()).containsExactly("mean", "logvar", "decoded");
    } else {
      assertThat(results.keySet()).containsExactly("output");
    }
    results.forEach(
        (name, tensor) -> {
          assertThat(tensor.shape()).isEqualTo(io.get(name).shape());
          assertThat(tensor.values()).containsExactly(io.get(name).values(), within(2e-4f));
        });
  }

  @Test
  void componentOfWholeFolderIsChosen(@TempDir Path folder) {
    TinyFolder.writeLatent(folder);
    Map<String, TensorData> inputs = new HashMap<>();
    inputs.put("sample", TestTensors.normal(new Random(1), 1, 1, 2, 8, 8));
    inputs.put("timestep", scalar(3));
    inputs.put("class_labels", scalar(2));

    assertThat(run(folder, null, inputs).get("output").shape()).containsExactly(1, 2, 8, 8);
    assertThat(run(folder, "unet", inputs)).containsKey("output");
    inputs.put("sample", TestTensors.normal(new Random(1), 1, 2, 1, 10, 12));
    Map<String, TensorData> results = run(folder, "vae", inputs);
    assertThat(results.get("mean").shape()).containsExactly(2, 2, 5, 6);
    assertThat(results.get("decoded").shape()).containsExactly(2, 1, 10, 12);
  }

  @Test
  void oneTimestepAndOneLabelServeTheWholeBatch(@TempDir Path folder) {
    TinyFolder.write(folder);
    Map<String, TensorData> inputs = new HashMap<>();
    inputs.put("sample", TestTensors.normal(new Random(1), 1, 2, 1, 16, 8));
    inputs.put("timestep", scalar(3));
    inputs.put("class_labels", new TensorData(new long[] {1}, new float[] {2}));
    float[] once = run(folder, null, inputs).get("output").values();
    inputs.put("timestep", new TensorData(new long[] {2}, new float[] {3, 3}));
    inputs.put("class_labels", new TensorData(new long[] {2}, new float[] {2, 2}));

    assertThat(run(folder, null, inputs).get("output").values()).isEqualTo(once);
  }

  @Test
  void inputThatDoesNotFitIsNamed(@TempDir Path folder) {
    TinyFolder.write(folder);
    Map<String, TensorData> inputs = new HashMap<>();
    assertRefused(folder, inputs, "sample: missing (expected: a tensor of this name)");
    inputs.put("sample", scalar(1));
    assertRefused(folder, inputs, "sample: shape [] (expected: [B, C, H, W], all >= 1)");
    inputs.put("sample", new TensorData(new long[] {2, 3, 8, 8}, new float[384]));
    assertRefused(folder, inputs, "sample: shape [2, 3, 8, 8] (expected: [B, 1, H, W]");
    inputs.put("sample", new TensorData(new long[] {2, 1, 8, 8}, new float[128]));
    assertRefused(folder, inputs, "timestep: missing (expected: a tensor of this name)");
    inputs.put("timestep", new TensorData(new long[] {3}, new float[3]));
    assertRefused(folder, inputs, "timestep: shape [3] (expected: [2] or a scalar)");
    inputs.put("timestep", scalar(3));
    assertRefused(folder, inputs, "class_labels: missing (expected: a tensor of this name)");
    inputs.put("class_labels", scalar(3));
    assertRefused(folder, inputs, "class_labels: 3.0 (expected: a class from 0 to 2)");
    inputs.put("class_labels", scalar(0.5f));
    assertRefused(folder, inputs, "class_labels: 0.5 (expected: a class from 0 to 2)");
  }

  @Test
  void sampleThatTheLevelsCannotHalveIsNamed() {
    Map<String, TensorData> inputs =
        Map.of(
            "sample",
            new TensorData(new long[] {1, 1, 6, 7}, new float[42]),
            "timestep",
            scalar(1));

    assertRefused(
        Golden.folder("unet-plain"),
        inputs,
        "sample: shape [1, 1, 6, 7] (expected: [B, C, H, W] with multiples of 2)");
  }

  @Test
  void labelsForNetworkWithoutClassesAreRefused() {
    Map<String, TensorData> inputs =
        Map.of(
            "sample", new TensorData(new long[] {1, 1, 8, 8}, new float[64]),
            "timestep", scalar(1),
            "class_labels", scalar(1));

    assertRefused(
        Golden.folder("unet-plain"), inputs, "class_labels: shape [] (expected: none, as the");
  }

  @Test
  void componentThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> run(Golden.folder("unet-plain"), "vae", Map.of()))
        .isInstanceOf(ModelFolderException.class)
        .hasMessage(Golden.folder("unet-plain") + ": a unet (expected: a vae)");
  }

  private static Map<String, TensorData> run(
      Path folder, String component, Map<String, TensorData> inputs) {
    return NetworkRun.run(folder, component, inputs, "cpu", 1);
  }

  private static TensorData scalar(float value) {
    return new TensorData(new long[0], new float[] {value});
  }

  private static void assertRefused(Path folder, Map<String, TensorData> inputs, String problem) {
    assertThatThrownBy(() -> run(folder, null, inputs))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(problem);
  }
}
