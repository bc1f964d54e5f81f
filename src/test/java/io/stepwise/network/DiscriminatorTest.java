package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DiscriminatorTest {

  private static final Map<String, Object> CONFIG =
      Map.of(
          "_class_name", "Discriminator",
          "sample_size", 8,
          "in_channels", 1,
          "block_channels", 16);

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static float[] logits(float[] images) {
    ModuleDefinition definition = NetworkClass.define(CONFIG);
    Map<String, TensorData> weights = NetworkInitializer.initialize(definition, 3);
    try (TorchModule network = TorchModule.load(definition, weights, Device.cpu())) {
      int count = images.length / 64;
      return network
          .run(network.manager().create(images, new Shape(count, 1, 8, 8)))
          .toFloatArray();
    }
  }

  @Test
  void imageAmongOthersHasAnotherLogitThanAmongItsLike() {
    float[] like = TestTensors.normal(new Random(3), 1, 1, 1, 8, 8).values();
    float[] same = new float[128];
    System.arraycopy(like, 0, same, 0, 64);
    System.arraycopy(like, 0, same, 64, 64);
    float[] apart = same.clone();
    for (int i = 64; i < 128; i++) {
      apart[i] = -same[i];
    }

    float[] amongLike = logits(same);

    assertThat(amongLike).hasSize(2);
    assertThat(amongLike[0]).isEqualTo(amongLike[1]);
    assertThat(logits(apart)[0]).isNotEqualTo(amongLike[0]);
  }

  @Test
  void configReadsBack() {
    assertThat(NetworkClass.fields(CONFIG)).isEqualTo(CONFIG);
    assertThat(NetworkClass.imageShape(CONFIG)).contains(new ImageShape(1, 8, 8));
    assertThat(NetworkClass.isUNet(CONFIG)).isFalse();
  }
}
