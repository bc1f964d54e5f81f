package io.stepwise.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ChainMeasurementTest {

  private static final SampleQuality QUALITY = new SampleQuality(0, 0, 1, 1, 1, 1);

  private static final List<List<float[]>> WAY =
      List.of(
          List.of(new float[] {0, 0}, new float[] {1, 1}),
          List.of(new float[] {1, 0}, new float[] {1, 1}),
          List.of(new float[] {1, 1}, new float[] {1, 1}),
          List.of(new float[] {1, 1}, new float[] {1, 0}));

  /** The label is the number of lit pixels. */
  private static int[] label(List<float[]> images) {
    return images.stream().mapToInt(image -> (int) (image[0] + image[1])).toArray();
  }

  private static ChainReport watched(int films, int frames) {
    ChainMeasurement measurement =
        new ChainMeasurement(ChainMeasurementTest::label, 0.5, WAY.size(), films, frames);
    for (int step = 0; step < WAY.size(); step++) {
      measurement.onEstimates(step, WAY.get(step));
    }
    return measurement.report(QUALITY);
  }

  @Test
  void displacementIsInUnitsOfIndependentImages() {
    // a pixel of four changes at each step, by one
    assertThat(watched(0, 2).steps())
        .extracting(ChainReport.Step::displacement)
        .containsExactly(0.0, 0.5, 0.5, 0.5);
  }

  @Test
  void labelsAreComparedWithBothEnds() {
    ChainReport report = watched(0, 2);

    assertThat(report.steps())
        .extracting(ChainReport.Step::sameLabel)
        .containsExactly(1.0, 0.5, 0.5, 0.0);
    assertThat(report.steps())
        .extracting(ChainReport.Step::endLabel)
        .containsExactly(0.0, 0.0, 0.5, 1.0);
    // three changes of six
    assertThat(report.switchesPerHundredSteps()).isCloseTo(50, within(1e-9));
  }

  @Test
  void filmHasBothEndsOfTheWay() {
    ChainReport report = watched(1, 2);

    assertThat(report.film()).hasSize(1);
    assertThat(report.film().get(0)).containsExactly(WAY.get(0).get(0), WAY.get(3).get(0));
    assertThat(watched(2, 100).film().get(1)).hasSize(4);
  }
}
