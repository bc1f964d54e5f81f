package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares networks with outputs of diffusers' UNet2DModel 0.40 on PyTorch, float32. */
final class UNetGoldenTest {

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unet-plain", "unet-attention-classes", "unet-ddpm-style"})
  void networkAgreesWithReferenceOutput(String name) {
    Path folder = Golden.folder(name);
    UNetConfig config = UNetConfig.parse(ConfigFile.read(folder.resolve("config.json")));
    ModuleDefinition definition = UNet.define(config);
    Map<String, TensorData> weights =
        Safetensors.read(folder.resolve("diffusion_pytorch_model.safetensors"));
    Map<String, TensorData> io = Safetensors.read(folder.resolve("io.safetensors"));
    assertThat(definition.parameters().keySet())
        .containsExactlyInAnyOrderElementsOf(weights.keySet());

    try (TorchModule module = TorchModule.load(definition, weights, Device.cpu())) {
      NDManager manager = module.manager();
      NDArray output =
          module.run(
              array(manager, io.get("sample")),
              array(manager, io.get("timestep")),
              labels(manager, io.get("class_labels"), io.get("timestep").values().length));
      TensorData expected = io.get("output");
      assertThat(output.getShape().getShape()).isEqualTo(expected.shape());
      float[] actual = output.toFloatArray();
      for (int i = 0; i < actual.length; i++) {
        assertThat(actual[i]).as("element %s", i).isCloseTo(expected.values()[i], within(2e-4f));
      }
    }
  }

  private static NDArray array(NDManager manager, TensorData data) {
    return manager.create(data.values(), new Shape(data.shape()));
  }

  private static NDArray labels(NDManager manager, TensorData data, int batch) {
    long[] labels = new long[batch];
    for (int i = 0; data != null && i < batch; i++) {
      labels[i] = (long) data.values()[i];
    }
    return manager.create(labels);
  }
}
