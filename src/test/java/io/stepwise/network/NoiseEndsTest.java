package io.stepwise.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NoiseEndsTest {

  private static final NoiseEnds ENDS = new NoiseEnds(-14, -13, 5);

  @BeforeEach
  void prepareThread() {
    TorchRuntime.prepareThread(1);
  }

  private static Map<String, TensorData> weights(float first, float last) {
    return Map.of(
        "ends.first", new TensorData(new long[] {1}, new float[] {first}),
        "ends.last", new TensorData(new long[] {1}, new float[] {last}));
  }

  private static float[] gammas(Map<String, TensorData> weights) {
    try (TorchModule network =
        TorchModule.load(NetworkClass.define(ENDS.fields()), weights, Device.cpu())) {
      return network.run(network.manager().create(new float[] {0, 0.25f, 1})).toFloatArray();
    }
  }

  @Test
  void newOnesAreThoseOfTheConfig() {
    Map<String, TensorData> first =
        NetworkInitializer.initialize(NetworkClass.define(ENDS.fields()), 3);

    assertThat(gammas(first)).containsExactly(new float[] {-13, -8.5f, 5}, within(1e-5f));
    assertThat(NetworkClass.isUNet(ENDS.fields())).isFalse();
    assertThat(NetworkClass.fields(ENDS.fields())).isEqualTo(ENDS.fields());
  }

  @Test
  void gammaRisesAlongALineBetweenTheEndsThatWereLearnt() {
    Map<String, TensorData> weights = weights(0.5f, 1.2f);

    NoiseEnds learnt = NoiseEnds.of(new NetworkWeights(ENDS.fields(), weights));

    assertThat(learnt.first()).isCloseTo(-14 + Math.exp(-0.5), within(1e-6));
    assertThat(learnt.last()).isCloseTo(5 * Math.exp(0.2), within(1e-6));
    float[] gammas = gammas(weights);
    assertThat((double) gammas[0]).isCloseTo(learnt.first(), within(1e-5));
    assertThat((double) gammas[1])
        .isCloseTo(0.75 * learnt.first() + 0.25 * learnt.last(), within(1e-5));
    assertThat((double) gammas[2]).isCloseTo(learnt.last(), within(1e-5));
  }

  @Test
  void firstEndStaysAboveTheLowest() {
    assertThat((double) gammas(weights(-9, 1))[0]).isBetween(-14.0, -13.999);
  }

  @Test
  void endsInTheWrongOrderAreRefused() {
    assertThatThrownBy(() -> new NoiseEnds(-13, -14, 5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("gamma: -14.0 to 5.0 (expected: from between -13.0 and 0 to more than 0)");
  }
}
