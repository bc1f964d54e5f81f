package io.stepwise.settings;

import java.time.Duration;

/**
 * The actor that trains a served model further.
 *
 * @param threads threads that it computes with
 * @param share fraction of the time in which it may compute while no image is asked for
 * @param shareWhenBusy the same while images are being made
 * @param checkpointInterval time after which it writes down where it is
 * @param restartBackoff how long it waits after a failure before it goes on
 */
public record TrainingSettings(
    int threads,
    double share,
    double shareWhenBusy,
    Duration checkpointInterval,
    RestartBackoff restartBackoff) {

  static TrainingSettings read(SettingsReader reader) {
    return new TrainingSettings(
        reader.integer("threads", 1, 256),
        reader.fraction("share", 0.01),
        reader.fraction("share-when-busy", 0),
        reader.duration("checkpoint-interval", Duration.ofSeconds(1), Duration.ofHours(1)),
        RestartBackoff.read(reader.section("restart-backoff")));
  }
}
