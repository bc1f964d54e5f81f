package io.stepwise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetersTest {

  private final Meters meters = new Meters();

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void batchIsCountedWithItsRowsItsFillItsTimeAndItsImages() {
    meters.batchFinished("toy", 12, 16, 10, Duration.ofMillis(30));
    meters.decoded("toy", Duration.ofMillis(4));

    assertThat(lines())
        .contains(
            "stepwise_batch_rows_count{model=\"toy\"} 1",
            "stepwise_batch_rows_sum{model=\"toy\"} 12.0",
            "stepwise_batch_rows_bucket{model=\"toy\",le=\"8.0\"} 0",
            "stepwise_batch_rows_bucket{model=\"toy\",le=\"16.0\"} 1",
            "stepwise_batch_fill_ratio_sum{model=\"toy\"} 0.75",
            "stepwise_batch_fill_ratio_bucket{model=\"toy\",le=\"0.5\"} 0",
            "stepwise_batch_fill_ratio_bucket{model=\"toy\",le=\"0.75\"} 1",
            "stepwise_step_seconds_sum{model=\"toy\"} 0.03",
            "stepwise_step_seconds_bucket{model=\"toy\",le=\"0.02\"} 0",
            "stepwise_step_seconds_bucket{model=\"toy\",le=\"0.05\"} 1",
            "stepwise_decode_seconds_sum{model=\"toy\"} 0.004",
            "stepwise_image_steps_total{model=\"toy\"} 10.0");
  }

  @Test
  void imagesAndGenerationsAreCountedByTheirEnds() {
    meters.imageFinished("toy");
    meters.imageFinished("toy");
    meters.imageFailed("toy");
    meters.generationAdmitted("toy");
    meters.generationEnded("toy", "completed");
    meters.generationEnded("toy", "cancelled");
    meters.generationTook("toy", Duration.ofMillis(20), Duration.ofSeconds(2));

    assertThat(lines())
        .contains(
            "stepwise_images_total{model=\"toy\",outcome=\"finished\"} 2.0",
            "stepwise_images_total{model=\"toy\",outcome=\"failed\"} 1.0",
            "stepwise_admissions_total{model=\"toy\"} 1.0",
            "stepwise_generations_total{model=\"toy\",state=\"completed\"} 1.0",
            "stepwise_generations_total{model=\"toy\",state=\"cancelled\"} 1.0",
            "stepwise_cancels_total 1.0",
            "stepwise_generation_queue_seconds_sum{model=\"toy\"} 0.02",
            "stepwise_generation_run_seconds_bucket{model=\"toy\",le=\"1.0\"} 0",
            "stepwise_generation_run_seconds_bucket{model=\"toy\",le=\"2.5\"} 1");
  }

  @Test
  void generationThatEndsEarlierThanPredictedHasANegativeError() {
    meters.predictionWasOff("toy", Duration.ofMillis(-1500));
    meters.predictionWasOff("toy", Duration.ofMillis(250));

    assertThat(lines())
        .contains(
            "stepwise_prediction_error_seconds_count{model=\"toy\"} 2",
            "stepwise_prediction_error_seconds_sum{model=\"toy\"} -1.25",
            "stepwise_prediction_error_seconds_bucket{model=\"toy\",le=\"-2.0\"} 0",
            "stepwise_prediction_error_seconds_bucket{model=\"toy\",le=\"-1.0\"} 1",
            "stepwise_prediction_error_seconds_bucket{model=\"toy\",le=\"0.2\"} 1",
            "stepwise_prediction_error_seconds_bucket{model=\"toy\",le=\"0.5\"} 2");
  }

  @Test
  void fleetIsShownAsItWasReadLast() {
    meters.showFleet(
        new FleetReading(
            7,
            1000,
            List.of(
                new FleetReading.Model("toy", "aaa", 1, 5, 2, 16, 2, 1),
                new FleetReading.Model("gone", "ccc", 1, 1, 1, 1, 1, 1))));
    meters.showFleet(
        new FleetReading(6, 1000, List.of(new FleetReading.Model("toy", "bbb", 2, 4, 2, 8, 2, 2))));

    assertThat(lines())
        .contains(
            "stepwise_unfinished_images 6.0",
            "stepwise_unfinished_images_limit 1000.0",
            "stepwise_queue_images{model=\"toy\"} 4.0",
            "stepwise_inflight_images{model=\"toy\"} 2.0",
            "stepwise_batch_rows_limit{model=\"toy\"} 8.0",
            "stepwise_snapshots_in_use{model=\"toy\"} 2.0",
            "stepwise_replicas{model=\"toy\"} 2.0",
            "stepwise_replicas_ready{model=\"toy\"} 2.0",
            "stepwise_snapshot_info{model=\"toy\",snapshot=\"bbb\"} 1")
        .noneMatch(line -> line.contains("gone") || line.contains("aaa"));
  }

  @Test
  void imagesOfAProcessThatAdmitsNoneAreShownByModelOnly() {
    meters.showFleet(
        new FleetReading(6, 0, List.of(new FleetReading.Model("toy", "bbb", 2, 4, 2, 8, 2, 2))));

    assertThat(lines())
        .contains("stepwise_queue_images{model=\"toy\"} 4.0")
        .noneMatch(line -> line.startsWith("stepwise_unfinished_images"));
  }

  @Test
  void fleetThatCannotBeReadIsNotShown() {
    meters.showFleet(
        new FleetReading(6, 1000, List.of(new FleetReading.Model("toy", "bbb", 2, 4, 2, 8, 2, 2))));
    meters.hideFleet();

    assertThat(lines())
        .noneMatch(line -> line.startsWith("stepwise_queue_images"))
        .noneMatch(line -> line.startsWith("stepwise_unfinished_images"))
        .noneMatch(line -> line.startsWith("stepwise_snapshot_info"));
  }

  @Test
  void refusalsRestartsRequestsAndConnectionsAreCounted() {
    meters.refused("queue_full");
    meters.replicaRestarted("toy");
    meters.requestAnswered("/v1/generations/{id}", "GET", 404, Duration.ofMillis(3));
    meters.connectionOpened();
    meters.connectionOpened();
    meters.connectionClosed();
    meters.websocketOpened();

    assertThat(lines())
        .contains(
            "stepwise_refusals_total{reason=\"queue_full\"} 1.0",
            "stepwise_replica_restarts_total{model=\"toy\"} 1.0",
            "stepwise_http_requests_seconds_count{method=\"GET\","
                + "route=\"/v1/generations/{id}\",status=\"404\"} 1",
            "stepwise_http_connections 1.0",
            "stepwise_websockets 1.0");
  }

  @Test
  void memoryCollectionsAndThreadsOfTheProcessAreShown() {
    assertThat(lines())
        .anyMatch(line -> line.matches("stepwise_resident_memory_bytes [1-9].*"))
        .anyMatch(line -> line.matches("stepwise_native_memory_bytes \\d.*"))
        .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
        .anyMatch(line -> line.startsWith("jvm_gc_"))
        .anyMatch(line -> line.startsWith("jvm_threads_live_threads "))
        .anyMatch(line -> line.startsWith("process_cpu_usage "));
  }

  private List<String> lines() {
    return meters.scrape().lines().toList();
  }
}
