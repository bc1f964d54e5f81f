package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class TorchModuleTest {

  private static final TensorData WEIGHT = new TensorData(new long[] {1, 2}, new float[] {10, 100});

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  @Test
  void everyMethodOfWrittenModuleRuns() {
    try (TorchModule module = TorchModule.load(twoMethods(), values(WEIGHT), Device.cpu())) {
      NDArray x = module.manager().create(new float[] {1, 2});

      assertThat(module.run(x).toFloatArray()).containsExactly(210);
      assertThat(module.runMethod("shifted", x).toFloatArray()).containsExactly(4, 6);
    }
  }

  @Test
  void parametersAreCopiesOfTheValues() {
    TensorData weight = new TensorData(WEIGHT.shape(), WEIGHT.values().clone());
    try (TorchModule module = TorchModule.load(twoMethods(), values(weight), Device.cpu())) {
      weight.values()[0] = -1;

      assertThat(module.parameters(false).keySet()).containsExactly("deep_weight");
      assertThat(module.parameters(false).get("deep_weight").toFloatArray())
          .containsExactly(10, 100);
    }
  }

  @Test
  void closedModuleKeepsNoNativeMemory() {
    try (NDManager probe = NDManager.newBaseManager(Device.cpu(), TorchRuntime.ENGINE)) {
      NDManager system = probe.getParentManager();
      int before = system.getManagedArrays().size();
      TorchModule module = TorchModule.load(twoMethods(), values(WEIGHT), Device.cpu());
      NDArray result = module.run(module.manager().create(new float[] {1, 2}));

      module.close();

      assertThat(system.getManagedArrays()).hasSize(before);
      assertThatThrownBy(result::toFloatArray).isInstanceOf(IllegalStateException.class);
      assertThat(module.manager().isOpen()).isFalse();
    }
  }

  @Test
  void valueThatIsMissingOrOfAnotherShapeIsRefused() {
    TensorData other = new TensorData(new long[] {2, 1}, new float[2]);

    assertThatThrownBy(() -> TorchModule.load(twoMethods(), Map.of(), Device.cpu()))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("deep.weight: missing (expected: a tensor of shape [1, 2])");
    assertThatThrownBy(() -> TorchModule.load(twoMethods(), values(other), Device.cpu()))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("deep.weight: [2, 1] (expected: a tensor of shape [1, 2])");
  }

  @Test
  void codeThatIsNoneIsRefused() {
    ModuleWriter writer = new ModuleWriter();
    writer.method("forward", "x").endMethod(writer.value("torch.no_such_operator(x)"));

    assertThatThrownBy(() -> TorchModule.load(writer.definition(), Map.of(), Device.cpu()))
        .isInstanceOf(NetworkException.class)
        .hasMessageContaining("no_such_operator");
  }

  @Test
  void namesThatNeedTheSameAttributeAreRefused() {
    Map<String, long[]> parameters = new LinkedHashMap<>();
    parameters.put("a.b_c", new long[] {1});
    parameters.put("a_b.c", new long[] {1});

    assertThatThrownBy(() -> new ModuleDefinition(parameters, Map.of(), "", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a_b.c: attribute a_b_c (expected: one that is not taken)");
    assertThatThrownBy(() -> new ModuleDefinition(Map.of("training", new long[0]), Map.of(), "", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("training: ");
  }

  private static Map<String, TensorData> values(TensorData weight) {
    return Map.of("deep.weight", weight);
  }

  private static ModuleDefinition twoMethods() {
    ModuleWriter writer = new ModuleWriter();
    String weight = writer.parameter("deep.weight", 1, 2);
    String shift = writer.buffer("shift", new TensorData(new long[] {2}, new float[] {3, 4}));
    writer.method("forward", "x");
    writer.endMethod(writer.value("torch.linear(x, %s)", weight));
    writer.method("shifted", "x");
    writer.endMethod(writer.value("torch.add(x, %s)", shift));
    return writer.definition();
  }
}
