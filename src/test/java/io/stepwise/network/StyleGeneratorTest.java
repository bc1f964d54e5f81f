package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class StyleGeneratorTest {

  private static final int CODE = 6;

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static Map<String, @Nullable Object> config(boolean noise) {
    Map<String, @Nullable Object> config = new LinkedHashMap<>();
    config.put("_class_name", "StyleGenerator");
    config.put("sample_size", 8);
    config.put("out_channels", 1);
    config.put("code_size", CODE);
    config.put("style_size", 10);
    config.put("block_channels", 16);
    config.put("noise", noise);
    return config;
  }

  private static float[] image(
      Map<String, @Nullable Object> config, Map<String, TensorData> weights, float[] state) {
    try (TorchModule network =
        TorchModule.load(NetworkClass.define(config), weights, Device.cpu())) {
      float[] image =
          network
              .run(network.manager().create(state, new Shape(1, 1, 1, state.length)))
              .toFloatArray();
      assertThat(image).hasSize(64);
      return image;
    }
  }

  private static float[] state(Map<String, @Nullable Object> config, float noise) {
    float[] state = new float[NetworkClass.latentShape(config).size()];
    Arrays.fill(state, 0, CODE, 0.7f);
    state[1] = -0.3f;
    for (int i = CODE; i < state.length; i++) {
      state[i] = i % 2 == 0 ? noise : -noise;
    }
    return state;
  }

  @Test
  void noiseChangesPixelsOfACodeOnceItsStrengthIsLearnt() {
    Map<String, @Nullable Object> config = config(true);
    Map<String, TensorData> weights = NetworkInitializer.initialize(NetworkClass.define(config), 3);

    assertThat(image(config, weights, state(config, 1)))
        .as("strengths begin at 0")
        .isEqualTo(image(config, weights, state(config, -2)));

    Arrays.fill(weights.get("up_blocks.1.noise.weight").values(), 0.5f);
    assertThat(image(config, weights, state(config, 1)))
        .isNotEqualTo(image(config, weights, state(config, -2)))
        .isEqualTo(image(config, weights, state(config, 1)));
  }

  @Test
  void generatorWithoutNoiseIsMadeOfItsCodeAlone() {
    Map<String, @Nullable Object> config = config(false);

    assertThat(NetworkClass.latentShape(config)).isEqualTo(new ImageShape(1, 1, CODE));
    assertThat(NetworkClass.latentShape(config(true)))
        .isEqualTo(new ImageShape(1, 1, CODE + 16 + 64));
    assertThat(NetworkClass.define(config).parameters().keySet())
        .noneMatch(name -> name.contains("noise"));
  }

  @Test
  void codeSetsTheStyle() {
    Map<String, @Nullable Object> config = config(false);
    Map<String, TensorData> weights = NetworkInitializer.initialize(NetworkClass.define(config), 3);
    float[] other = state(config, 0);
    other[0] = -0.7f;

    assertThat(image(config, weights, state(config, 0)))
        .isNotEqualTo(image(config, weights, other));
  }

  @Test
  void configReadsBack() {
    assertThat(NetworkClass.fields(config(true))).isEqualTo(config(true));
    assertThat(NetworkClass.imageShape(config(true))).contains(new ImageShape(1, 8, 8));
    assertThat(NetworkClass.isUNet(config(true))).isFalse();
  }

  @Test
  void sizeThatCannotBeHalvedTwiceIsRefused() {
    Map<String, @Nullable Object> config = config(true);
    config.put("sample_size", 6);

    assertThatThrownBy(() -> NetworkClass.define(config))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sample_size: 6 x 6 (expected: multiples of 4)");
  }
}
