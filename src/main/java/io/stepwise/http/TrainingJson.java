package io.stepwise.http;

import io.stepwise.snapshot.Snapshot;
import io.stepwise.training.TrainingStatus;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the trainer is.
 *
 * @param state idle, running, paused, stopping, finished or failed
 * @param step updates made
 * @param of updates in all
 * @param validationLoss the last one measured
 * @param bestValidationLoss the lowest one measured
 * @param imagesPerSecond by the time that passed, waiting included
 * @param share fraction of the time in which it may compute now
 * @param published versions of this training, the newest first
 * @param curve losses over the training, thinned out
 * @param error what went wrong last and has not been put right
 */
record TrainingJson(
    String object,
    String state,
    @Nullable String model,
    int step,
    int of,
    @Nullable Loss loss,
    @Nullable Double validationLoss,
    @Nullable Double bestValidationLoss,
    @Nullable Double learningRate,
    @Nullable Double imagesPerSecond,
    double share,
    List<Version> published,
    List<TrainingStatus.Point> curve,
    @Nullable String error) {

  /**
   * Losses of batches.
   *
   * @param last of the last update
   * @param smoothed running mean
   */
  record Loss(double last, double smoothed) {}

  /**
   * A version that was published.
   *
   * @param snapshot its digest
   * @param step updates that led to it
   * @param published when, in ISO 8601
   */
  record Version(String snapshot, int step, String published, Map<String, Double> metrics) {

    static Version of(Snapshot snapshot) {
      return new Version(
          snapshot.digest(), snapshot.step(), snapshot.published().toString(), snapshot.metrics());
    }
  }

  static TrainingJson of(TrainingStatus status) {
    TrainingStatus.Figures figures = status.figures();
    return new TrainingJson(
        "training",
        status.state().name().toLowerCase(Locale.ROOT),
        status.model(),
        status.step(),
        status.of(),
        figures == null ? null : new Loss(figures.loss(), figures.smoothedLoss()),
        figures == null ? null : figures.validationLoss(),
        figures == null ? null : figures.bestValidationLoss(),
        figures == null ? null : figures.learningRate(),
        figures == null ? null : figures.imagesPerSecond(),
        status.share(),
        status.published().stream().map(Version::of).toList(),
        status.curve(),
        status.error());
  }
}
