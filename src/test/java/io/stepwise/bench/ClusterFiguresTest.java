package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClusterFiguresTest {

  private final ClusterFigures figures = new ClusterFigures(320);

  @Test
  void linearIsTheRateOfOneSamplerInTheSameRoundTimesTheirNumber() {
    add(1, 300);
    add(2, 570);
    add(1, 160);
    add(2, 320);
    add(1, 320);
    add(2, 624);

    assertThat(figures.rows()).extracting(row -> row.get("of_linear")).containsExactly(1.0, 0.975);
    assertThat(figures.rows())
        .extracting(row -> row.get("of_devices"))
        .containsExactly(0.9375, 0.8906);
    assertThat(figures.targets(0.95))
        .containsExactly(
            new BenchmarkReport.Target("of linear with 2 samplers", 0.975, 0.95, false),
            new BenchmarkReport.Target("of the device with one sampler", 0.9375, 0.95, false));
  }

  @Test
  void bytesAreThoseOfTheMostSamplers() {
    figures.add(1, new ClusterSample(1, 1, Map.of("StepTaken", 50.0), 1));
    figures.add(2, new ClusterSample(1, 1, Map.of("StepTaken", 48.0, "Make", 2.0), 1));

    assertThat(figures.bytesByMessage())
        .isEqualTo(Map.of("bytes_Make", 2.0, "bytes_StepTaken", 48.0));
    assertThat(figures.rows())
        .extracting(row -> row.get("bytes_per_image_step"))
        .containsExactly(50.0, 50.0);
  }

  private void add(int samplers, double rate) {
    figures.add(samplers, new ClusterSample(rate, 1, Map.of(), 1));
  }
}
