package io.stepwise.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BenchmarkReportTest {

  @Test
  void lowerBoundIsReachedFromTheBoundUpwards() {
    assertThat(BenchmarkReport.Target.atLeast("share", 0.45, 0.45).isReached()).isTrue();
    assertThat(BenchmarkReport.Target.atLeast("share", 0.44, 0.45).isReached()).isFalse();
  }

  @Test
  void upperBoundIsReachedUpToTheBound() {
    assertThat(BenchmarkReport.Target.atMost("size", 1.05, 1.05).isReached()).isTrue();
    assertThat(BenchmarkReport.Target.atMost("size", 1.06, 1.05).isReached()).isFalse();
  }

  @Test
  void rowsOfOtherNamesMakeNoTable() {
    assertThatThrownBy(
            () ->
                new BenchmarkReport(
                    Map.of(), List.of(Map.of("batch", 1), Map.of("replicas", 1)), List.of()))
        .hasMessage("row: [replicas] (expected: [batch])");
  }
}
