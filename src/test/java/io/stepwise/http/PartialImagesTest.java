package io.stepwise.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartialImagesTest {

  @Test
  void stepsAreSpreadEvenly() {
    assertThat(shown(3, 40)).containsExactly(10, 20, 30);
    assertThat(shown(3, 50)).containsExactly(13, 25, 38);
    assertThat(shown(2, 10)).containsExactly(3, 7);
    assertThat(shown(1, 7)).containsExactly(4);
  }

  @Test
  void noneIsShownWhereNoneIsWanted() {
    assertThat(shown(0, 50)).isEmpty();
    assertThat(shown(3, 1)).isEmpty();
  }

  @Test
  void everyStepButTheLastIsTheMost() {
    assertThat(shown(4, 5)).containsExactly(1, 2, 3, 4);
    assertThat(shown(5, 5)).containsExactly(1, 2, 3, 4);
    assertThat(shown(10_000, 5)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void everyCountGivesThatManyAndNumbersThemFromZero() {
    for (int of = 1; of <= 60; of++) {
      for (int count = 0; count <= of; count++) {
        PartialImages partials = new PartialImages(count);
        int steps = of;
        List<Integer> indexes =
            IntStream.rangeClosed(1, of)
                .map(step -> partials.indexOf(step, steps))
                .filter(index -> index >= 0)
                .boxed()
                .toList();
        assertThat(indexes).isEqualTo(IntStream.range(0, Math.min(count, of - 1)).boxed().toList());
      }
    }
  }

  @Test
  void intervalMeetsEveryStepThatIsShown() {
    assertThat(new PartialImages(3).interval(40)).isEqualTo(10);
    assertThat(new PartialImages(3).interval(50)).isEqualTo(1);
    assertThat(new PartialImages(1).interval(50)).isEqualTo(25);
    assertThat(new PartialImages(0).interval(50)).isEqualTo(1);
    assertThat(new PartialImages(3).interval(1)).isEqualTo(1);
    assertThat(new PartialImages(3).interval(0)).isEqualTo(1);
  }

  private static List<Integer> shown(int count, int of) {
    PartialImages partials = new PartialImages(count);
    return IntStream.rangeClosed(1, of)
        .filter(step -> partials.indexOf(step, of) >= 0)
        .boxed()
        .toList();
  }
}
