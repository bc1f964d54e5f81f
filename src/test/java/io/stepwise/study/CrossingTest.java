package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CrossingTest {

  private static Crossing.Gap gap(int steps, double... differences) {
    return new Crossing.Gap(
        steps, IntStream.range(0, differences.length).mapToObj(i -> differences[i]).toList());
  }

  /** Differences of -3 + 1.25 log2 T cross 0 at log2 T = 2.4, between T = 4 and 8. */
  @Test
  void linesInTheLogarithmOfTCrossWhereTheyDo() {
    List<Crossing.Gap> gaps =
        IntStream.rangeClosed(0, 4).mapToObj(i -> gap(1 << i, -3 + 1.25 * i)).toList();

    Crossing crossing = Crossing.of(gaps).orElseThrow();

    assertThat(crossing.log2()).isCloseTo(2.4, within(1e-12));
    assertThat(crossing.steps()).isCloseTo(Math.pow(2, 2.4), within(1e-12));
    assertThat(crossing.error()).isNaN();
  }

  @Test
  void curvesThatDoNotCrossHaveNoCrossing() {
    assertThat(Crossing.of(List.of(gap(1, -3, -2), gap(2, -1, -.5)))).isEmpty();
    assertThat(Crossing.of(List.of(gap(1, -3, -2)))).isEmpty();
  }

  @Test
  void differenceOfTheSameShiftInEveryImageIsKnownExactly() {
    Crossing.Gap gap = Crossing.Gap.of(4, List.of(3.0, 9.0, 5.5), List.of(1.0, 7.0, 3.5));

    assertThat(gap.spread()).isEqualTo(new Spread(2, 0));
  }

  /** The error of a crossing is its standard deviation over sets of images, times its root. */
  @Test
  void errorOfACrossingIsThatOfMeasuringItAgain() {
    Random random = new Random(1);
    int images = 200;
    int sets = 2000;
    double[] found = new double[sets];
    double error = 0;
    for (int s = 0; s < sets; s++) {
      double[] first = new double[images];
      double[] second = new double[images];
      for (int i = 0; i < images; i++) {
        double common = random.nextGaussian();
        first[i] = -1 + common + .5 * random.nextGaussian();
        second[i] = .6 + common + .8 * random.nextGaussian();
      }
      Crossing crossing = Crossing.of(List.of(gap(2, first), gap(8, second))).orElseThrow();
      found[s] = crossing.log2();
      error += crossing.error() / sets;
    }

    double deviation = Spread.of(found).error() * Math.sqrt(sets);
    assertThat(Spread.of(found).mean()).isCloseTo(1 + 2 / 1.6, within(.01));
    assertThat(error).isCloseTo(deviation, within(.05 * deviation));
  }
}
