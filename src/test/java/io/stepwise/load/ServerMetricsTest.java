package io.stepwise.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ServerMetricsTest {

  private static final String BEFORE =
      """
      # HELP stepwise_images_total Images that were finished.
      # TYPE stepwise_images_total counter
      stepwise_images_total{model="a",outcome="completed"} 10.0
      # TYPE stepwise_batch_rows summary
      stepwise_batch_rows_count 4
      stepwise_batch_rows_sum 40
      # TYPE stepwise_waiting gauge
      stepwise_waiting 7
      # TYPE jvm_threads gauge
      jvm_threads 20
      """;

  private static final String AFTER =
      """
      # TYPE stepwise_images_total counter
      stepwise_images_total{model="a",outcome="completed"} 25.0
      stepwise_images_total{model="a",outcome="failed"} 2.0
      stepwise_images_total{model="b",outcome="failed"} 0.0
      # TYPE stepwise_batch_rows summary
      stepwise_batch_rows{quantile="0.5"} 12
      stepwise_batch_rows_count 14
      stepwise_batch_rows_sum 180
      # TYPE stepwise_seconds histogram
      stepwise_seconds_bucket{le="+Inf"} 3
      stepwise_seconds_count 3
      stepwise_seconds_sum 1.5 1700000000000
      stepwise_seconds_max 0.9
      stepwise_seconds_count{route="/metrics"} 8
      stepwise_seconds_sum{route="/metrics"} 8
      # TYPE stepwise_waiting gauge
      stepwise_waiting 3
      stepwise_odd NaN
      no sample at all
      old_style_total 5
      # TYPE jvm_threads gauge
      jvm_threads 21
      """;

  @Test
  void countersGrowSummariesHaveMeansAndGaugesTheirLastValue() {
    ServerMetrics metrics =
        ServerMetrics.between(PrometheusText.parse(BEFORE), PrometheusText.parse(AFTER));

    assertThat(metrics.increases())
        .hasSize(5)
        .containsEntry("stepwise_batch_rows_count", 10.0)
        .containsEntry("stepwise_seconds_count", 3.0)
        .containsEntry("stepwise_images_total{model=\"a\",outcome=\"completed\"}", 15.0)
        .containsEntry("stepwise_images_total{model=\"a\",outcome=\"failed\"}", 2.0)
        .containsEntry("old_style_total", 5.0);
    assertThat(metrics.means())
        .hasSize(2)
        .containsEntry("stepwise_batch_rows", 14.0)
        .containsEntry("stepwise_seconds", 0.5);
    assertThat(metrics.gauges()).hasSize(1).containsEntry("stepwise_waiting", 3.0);
  }

  @Test
  void serverWithoutMetricsSaysNothing() {
    assertThat(ServerMetrics.between(PrometheusText.NONE, PrometheusText.NONE).saysNothing())
        .isTrue();
    assertThat(PrometheusText.parse("<html>\n404\n</html>").series()).isEmpty();
  }
}
