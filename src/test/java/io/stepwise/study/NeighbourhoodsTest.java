package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class NeighbourhoodsTest {

  private static final double[][] LINE = {{0}, {1}, {3}};
  private static final double[][] ELEMENTS = {{.5}, {5}, {6}};

  @Test
  void ballsReachToTheNearestOther() {
    // radii 1, 1 and 2: .5 is in the first two, 5 on the rim of the last, 6 in none
    Neighbourhoods nearest = new Neighbourhoods(LINE, 1);
    assertThat(nearest.shareInside(ELEMENTS)).isCloseTo(2 / 3.0, within(1e-15));
    assertThat(nearest.density(ELEMENTS)).isCloseTo(1, within(1e-15));
    assertThat(nearest.coverage(ELEMENTS)).isEqualTo(1);
    assertThat(nearest.coverage(new double[][] {{5}})).isCloseTo(1 / 3.0, within(1e-15));
  }

  @Test
  void ballsReachToTheSecondNearest() {
    // radii 3, 2 and 3: .5 is in all (2.5 from 3), 5 and 6 are in the last
    Neighbourhoods second = new Neighbourhoods(LINE, 2);
    assertThat(second.shareInside(ELEMENTS)).isEqualTo(1);
    assertThat(second.density(ELEMENTS)).isCloseTo(5 / (2.0 * 3), within(1e-15));
    assertThat(second.coverage(new double[][] {{5}})).isCloseTo(1 / 3.0, within(1e-15));
  }

  @Test
  void setIsWhollyInItsOwnBallsAndCoversThem() {
    Neighbourhoods own = new Neighbourhoods(LINE, 1);
    assertThat(own.shareInside(LINE)).isEqualTo(1);
    assertThat(own.coverage(LINE)).isEqualTo(1);
  }

  @Test
  void distantSetIsInNoBall() {
    SampleQuality quality = SampleQuality.of(shifted(1000), shifted(0), 1);
    assertThat(quality.precision()).isZero();
    assertThat(quality.recall()).isZero();
    assertThat(quality.density()).isZero();
    assertThat(quality.coverage()).isZero();
    assertThat(quality.frechet()).isCloseTo(1e6, within(1e-6));
  }

  @Test
  void sameSetIsPerfect() {
    SampleQuality quality = SampleQuality.of(shifted(0), shifted(0), 1);
    assertThat(quality.precision()).isEqualTo(1);
    assertThat(quality.recall()).isEqualTo(1);
    assertThat(quality.coverage()).isEqualTo(1);
    assertThat(quality.frechet()).isCloseTo(0, within(1e-9));
  }

  @Test
  void tooFewElementsAreRefused() {
    assertThatThrownBy(() -> new Neighbourhoods(LINE, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("images: 3 (expected: > 3, the neighbours looked at)");
  }

  private static double[][] shifted(double shift) {
    double[][] rows = new double[SampleQuality.LEAST_IMAGES][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[] {shift + i * i};
    }
    return rows;
  }
}
