package io.stepwise.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransportPairingTest {

  private static final int PIXELS = 3;
  private static final int SIZE = 6;

  @Test
  void noiseThatLiesOnAnImageGoesToIt() {
    float[] images = draw(1);
    float[] noise = new float[images.length];
    int[] places = {3, 0, 5, 1, 4, 2};
    for (int i = 0; i < SIZE; i++) {
      System.arraycopy(images, i * PIXELS, noise, places[i] * PIXELS, PIXELS);
    }

    assertThat(TransportPairing.pair(images, noise, PIXELS)).containsExactly(places);
  }

  @Test
  void noOtherPairingIsCheaper() {
    for (int seed = 0; seed < 5; seed++) {
      float[] images = draw(seed);
      float[] noise = draw(100 + seed);

      int[] pairs = TransportPairing.pair(images, noise, PIXELS);

      double cheapest =
          permutations(new ArrayList<>(), SIZE).stream()
              .mapToDouble(permutation -> cost(images, noise, permutation))
              .min()
              .orElseThrow();
      assertThat(pairs).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5);
      assertThat(cost(images, noise, Arrays.stream(pairs).boxed().toList()))
          .isCloseTo(cheapest, within(1e-9));
    }
  }

  private static float[] draw(long seed) {
    return new NormalStream(seed, 0, 0).draw(SIZE * PIXELS);
  }

  private static double cost(float[] images, float[] noise, List<Integer> pairs) {
    double cost = 0;
    for (int i = 0; i < SIZE; i++) {
      for (int k = 0; k < PIXELS; k++) {
        double difference = (double) images[i * PIXELS + k] - noise[pairs.get(i) * PIXELS + k];
        cost += difference * difference;
      }
    }
    return cost;
  }

  private static List<List<Integer>> permutations(List<Integer> begun, int size) {
    if (begun.size() == size) {
      return List.of(begun);
    }
    List<List<Integer>> all = new ArrayList<>();
    for (int next = 0; next < size; next++) {
      if (!begun.contains(next)) {
        List<Integer> longer = new ArrayList<>(begun);
        longer.add(next);
        all.addAll(permutations(longer, size));
      }
    }
    return all;
  }
}
