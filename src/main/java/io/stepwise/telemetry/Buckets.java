package io.stepwise.telemetry;

import java.time.Duration;
import java.util.Arrays;

/** The upper bounds of the histograms' buckets. */
final class Buckets {

  /** A step of a batch: half a millisecond for a toy to seconds for a large model on a CPU. */
  static final Duration[] STEP = millis(0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000);

  /** A generation, its wait, or a request. */
  static final Duration[] REQUEST =
      millis(
          5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 120_000, 300_000);

  /** Network rows of a batch. */
  static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024};

  /** Part of the largest batch, 0 to 1. */
  static final double[] FILL = {0.1, 0.25, 0.5, 0.75, 0.9, 1};

  /** Seconds by which a generation ended later than predicted; negative if earlier. */
  static final double[] PREDICTION_ERROR = {
    -60, -20, -5, -2, -1, -0.5, -0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 20, 60
  };

  private Buckets() {}

  private static Duration[] millis(double... millis) {
    return Arrays.stream(millis)
        .mapToObj(bound -> Duration.ofNanos(Math.round(bound * 1_000_000)))
        .toArray(Duration[]::new);
  }
}
