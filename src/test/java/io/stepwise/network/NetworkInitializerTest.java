package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class NetworkInitializerTest {

  private static final ModuleDefinition MODULE =
      UNet.define(UNetConfig.parse(TinyFolder.networkFields()));

  @Test
  void valuesDependOnTheSeedAlone() {
    Map<String, TensorData> values = NetworkInitializer.initialize(MODULE, 3);
    Map<String, TensorData> again = NetworkInitializer.initialize(MODULE, 3);
    Map<String, TensorData> other = NetworkInitializer.initialize(MODULE, 4);

    values.forEach(
        (name, tensor) -> assertThat(tensor.values()).isEqualTo(again.get(name).values()));
    assertThat(values.get("conv_in.weight").values())
        .isNotEqualTo(other.get("conv_in.weight").values());
  }

  @Test
  void everyParameterHasValueOfItsShape() {
    Map<String, TensorData> values = NetworkInitializer.initialize(MODULE, 3);

    assertThat(values.keySet()).containsExactlyElementsOf(MODULE.parameters().keySet());
    values.forEach(
        (name, tensor) -> assertThat(tensor.shape()).isEqualTo(MODULE.parameters().get(name)));
  }

  @Test
  void residualBranchesAndTheOutputBeginAtZero() {
    Map<String, TensorData> values = NetworkInitializer.initialize(MODULE, 3);

    for (String layer :
        new String[] {"conv_out", "mid_block.resnets.0.conv2", "mid_block.attentions.0.to_out.0"}) {
      assertThat(values.get(layer + ".weight").values()).containsOnly(0);
      assertThat(values.get(layer + ".bias").values()).containsOnly(0);
    }
  }

  @Test
  void normalisationsBeginAsTheIdentity() {
    Map<String, TensorData> values = NetworkInitializer.initialize(MODULE, 3);

    assertThat(values.get("conv_norm_out.weight").values()).containsOnly(1);
    assertThat(values.get("conv_norm_out.bias").values()).containsOnly(0);
  }

  @Test
  void layersAreUniformWithinTheRootOfTheirFanIn() {
    Map<String, TensorData> values = NetworkInitializer.initialize(MODULE, 3);

    float[] weight = values.get("mid_block.resnets.0.conv1.weight").values();
    float[] bias = values.get("mid_block.resnets.0.conv1.bias").values();

    double bound = 1 / Math.sqrt(8 * 3 * 3);
    assertThat(largest(weight)).isBetween(0.95 * bound, bound);
    assertThat(largest(bias)).isBetween(0.1 * bound, bound);
    assertThat(meanSquare(weight)).isBetween(0.8 * bound * bound / 3, 1.2 * bound * bound / 3);
  }

  @Test
  void labelsAreStandardNormal() {
    float[] table = NetworkInitializer.initialize(MODULE, 3).get("class_embedding.weight").values();

    assertThat(meanSquare(table)).isBetween(0.6, 1.5);
    assertThat(largest(table)).isGreaterThan(1.5);
  }

  private static double largest(float[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> Math.abs(values[i]))
        .max()
        .orElseThrow();
  }

  private static double meanSquare(float[] values) {
    return IntStream.range(0, values.length)
        .mapToDouble(i -> (double) values[i] * values[i])
        .average()
        .orElseThrow();
  }
}
