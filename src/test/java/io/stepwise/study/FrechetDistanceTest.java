package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.stepwise.diffusion.NormalStream;
import org.junit.jupiter.api.Test;

final class FrechetDistanceTest {

  /** Two points on each axis, so that the covariance is diagonal: 2 a^2 / 3 for the half-axis a. */
  private static double[][] cross(double a, double b, double x, double y) {
    return new double[][] {{x + a, y}, {x - a, y}, {x, y + b}, {x, y - b}};
  }

  @Test
  void setIsAtNoDistanceFromItself() {
    double[][] set = cross(2, 1, 3, 4);
    assertThat(FrechetDistance.between(set, set)).isCloseTo(0, within(1e-12));
  }

  @Test
  void shiftedSetIsAtItsSquaredShift() {
    assertThat(FrechetDistance.between(cross(2, 1, 0, 0), cross(2, 1, 3, 4)))
        .isCloseTo(25, within(1e-12));
  }

  @Test
  void widerSetIsAtTheSquaredDifferenceOfDeviations() {
    double expected = 2.0 / 3 * ((2 - 5) * (2 - 5) + (1 - 7) * (1 - 7));
    assertThat(FrechetDistance.between(cross(2, 1, 0, 0), cross(5, 7, 0, 0)))
        .isCloseTo(expected, within(1e-12));
  }

  @Test
  void covariancesThatDoNotCommuteHaveTheRootOfTheirProduct() {
    double[][] first = skewed(1, .8);
    double[][] second = skewed(2, -1.5);
    double[] c1 = covariance(first);
    double[] c2 = covariance(second);
    // For 2 x 2, tr (C1 C2)^(1/2) = sqrt(tr(C1 C2) + 2 sqrt(det C1 det C2)).
    double trace = c1[0] * c2[0] + 2 * c1[1] * c2[1] + c1[2] * c2[2];
    double determinants = (c1[0] * c1[2] - c1[1] * c1[1]) * (c2[0] * c2[2] - c2[1] * c2[1]);
    double root = Math.sqrt(trace + 2 * Math.sqrt(determinants));
    double shift = Math.pow(c1[3] - c2[3], 2) + Math.pow(c1[4] - c2[4], 2);
    assertThat(FrechetDistance.between(first, second))
        .isCloseTo(shift + c1[0] + c1[2] + c2[0] + c2[2] - 2 * root, within(1e-9));
  }

  @Test
  void setInALineHasADistanceTooThoughItsCovarianceIsSingular() {
    double[][] line = {{-1, 0}, {1, 0}};
    double[][] other = {{0, -1}, {0, 1}};
    assertThat(FrechetDistance.between(line, other)).isCloseTo(4, within(1e-9));
  }

  private static double[][] skewed(long seed, double slope) {
    double[][] rows = new double[50][];
    for (int i = 0; i < rows.length; i++) {
      float[] z = new NormalStream(seed, i, 0).draw(2);
      rows[i] = new double[] {z[0], slope * z[0] + .5 * z[1]};
    }
    return rows;
  }

  /** Returns xx, xy, yy and the means. */
  private static double[] covariance(double[][] rows) {
    double x = 0;
    double y = 0;
    for (double[] row : rows) {
      x += row[0] / rows.length;
      y += row[1] / rows.length;
    }
    double[] result = {0, 0, 0, x, y};
    for (double[] row : rows) {
      result[0] += (row[0] - x) * (row[0] - x) / (rows.length - 1);
      result[1] += (row[0] - x) * (row[1] - y) / (rows.length - 1);
      result[2] += (row[1] - y) * (row[1] - y) / (rows.length - 1);
    }
    return result;
  }
}
