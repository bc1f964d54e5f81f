package io.stepwise.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.GenerationStatus;
import io.stepwise.sampling.RefusalReason;
import io.stepwise.sampling.SamplingListener;
import io.stepwise.telemetry.Meters;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SamplingMetersTest {

  private final Meters meters = new Meters();
  private final SamplingListener listener = new SamplingMeters(meters);

  @AfterEach
  void close() {
    meters.close();
  }

  @Test
  void batchesAreCountedAndDecodingOnlyWhereThereWasAny() {
    batch(Duration.ZERO);
    batch(Duration.ofMillis(5));

    assertThat(meters.scrape().lines())
        .contains(
            "stepwise_batch_rows_sum{model=\"toy\"} 24.0",
            "stepwise_image_steps_total{model=\"toy\"} 20.0",
            "stepwise_step_seconds_count{model=\"toy\"} 2",
            "stepwise_decode_seconds_count{model=\"toy\"} 1");
  }

  @Test
  void generationsAreCountedByTheirEndsWithTheirTimes() {
    listener.requestAdmitted("toy", 3);
    listener.requestRefused("toy", RefusalReason.QUEUE_FULL);
    listener.requestRefused("toy", RefusalReason.TOO_MANY_IN_FLIGHT);
    listener.requestInvalid();
    end(GenerationStatus.State.COMPLETED, Duration.ofMillis(-250));
    end(GenerationStatus.State.DEADLINE_EXCEEDED, null);
    listener.imageFinished("toy");
    listener.imageFailed("toy");
    listener.replicaRestarted("toy", 3);

    assertThat(meters.scrape().lines())
        .contains(
            "stepwise_admissions_total{model=\"toy\"} 1.0",
            "stepwise_refusals_total{reason=\"queue_full\"} 1.0",
            "stepwise_refusals_total{reason=\"too_many_in_flight\"} 1.0",
            "stepwise_refusals_total{reason=\"invalid\"} 1.0",
            "stepwise_generations_total{model=\"toy\",state=\"completed\"} 1.0",
            "stepwise_generations_total{model=\"toy\",state=\"deadline_exceeded\"} 1.0",
            "stepwise_generation_queue_seconds_count{model=\"toy\"} 2",
            "stepwise_prediction_error_seconds_count{model=\"toy\"} 1",
            "stepwise_prediction_error_seconds_sum{model=\"toy\"} -0.25",
            "stepwise_images_total{model=\"toy\",outcome=\"finished\"} 1.0",
            "stepwise_images_total{model=\"toy\",outcome=\"failed\"} 1.0",
            "stepwise_replica_restarts_total{model=\"toy\"} 1.0");
  }

  private void batch(Duration decoded) {
    listener.batchFinished(
        new SamplingListener.FinishedBatch(
            "toy", 0, "abc", 10, 12, 16, Duration.ofMillis(30), decoded));
  }

  private void end(GenerationStatus.State state, Duration predictionError) {
    listener.generationEnded(
        new SamplingListener.EndedGeneration(
            "toy", state, Duration.ofMillis(20), Duration.ofSeconds(1), 150, predictionError));
  }
}
