package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import org.junit.jupiter.api.Test;

final class KernelDistanceTest {

  @Test
  void fourPointsHaveTheDistanceWorkedOutByHand() {
    double[][] first = {{0}, {1}};
    double[][] second = {{1}, {2}};
    // (xy + 1)^3: within 1 and 27, across 1, 1, 8 and 27 of which the mean is 9.25
    assertThat(KernelDistance.ofSets(first, second)).isCloseTo(1 + 27 - 2 * 9.25, within(1e-12));
  }

  @Test
  void productsAreDividedByTheWidth() {
    double[][] first = {{0, 0}, {1, 1}};
    double[][] second = {{1, 1}, {2, 2}};
    assertThat(KernelDistance.ofSets(first, second)).isCloseTo(1 + 27 - 2 * 9.25, within(1e-12));
  }

  @Test
  void setsOfOneDistributionAreAtNoDistanceOnAverage() {
    double sum = 0;
    for (int round = 0; round < 200; round++) {
      sum += KernelDistance.between(normals(round), normals(1000 + round), 1);
    }
    assertThat(sum / 200).isCloseTo(0, within(.05));
  }

  @Test
  void subsetsAreAveraged() {
    double[][] first = normals(1, 2 * KernelDistance.SUBSET);
    double[][] second = normals(2, 2 * KernelDistance.SUBSET);
    assertThat(KernelDistance.between(first, second, 3))
        .isCloseTo(KernelDistance.ofSets(first, second), within(.05))
        .isNotEqualTo(KernelDistance.ofSets(first, second));
  }

  private static double[][] normals(int seed) {
    return normals(seed, 40);
  }

  private static double[][] normals(int seed, int count) {
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      float[] z = new NormalStream(seed, i, 0).draw(2);
      rows[i] = new double[] {z[0], z[1]};
    }
    return rows;
  }
}
