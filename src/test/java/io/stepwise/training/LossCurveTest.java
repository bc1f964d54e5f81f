package io.stepwise.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.training.TrainingStatus.Point;
import org.junit.jupiter.api.Test;

final class LossCurveTest {

  @Test
  void fewLossesAreShownAsTheyAre() {
    LossCurve curve = new LossCurve(4);
    curve.add(1, 3, null);
    curve.add(2, 2, 2.5);

    assertThat(curve.points()).containsExactly(new Point(1, 3, null), new Point(2, 2, 2.5));
  }

  @Test
  void tooManyBecomeMeansOfTwiceAsManyUpdates() {
    LossCurve curve = new LossCurve(4);
    for (int step = 1; step <= 6; step++) {
      curve.add(step, step, step == 3 ? 0.5 : null);
    }

    assertThat(curve.points())
        .containsExactly(new Point(2, 1.5, null), new Point(4, 3.5, 0.5), new Point(6, 5.5, null));
  }

  @Test
  void numberOfPointsIsBounded() {
    LossCurve curve = new LossCurve(10);
    for (int step = 1; step <= 10_000; step++) {
      curve.add(step, 7, null);
    }

    assertThat(curve.points()).hasSizeBetween(4, 9).allMatch(point -> point.loss() == 7);
  }
}
