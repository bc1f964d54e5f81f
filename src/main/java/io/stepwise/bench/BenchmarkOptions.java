package io.stepwise.bench;

import io.stepwise.network.FolderModel;
import java.time.Duration;

/**
 * How a benchmark measures.
 *
 * @param model the model that is measured, where one is
 * @param threads native threads of one kernel, 1 or more
 * @param rounds how often everything is measured, 1 or more; results are medians over them
 * @param length how long one measurement takes at least, more than 0
 * @param images images of the benchmarks that count images, 10 or more
 * @param requests requests of the benchmarks that count requests, 10 or more
 * @param nodes most samplers of the benchmark that counts samplers, 2 or more
 */
public record BenchmarkOptions(
    FolderModel model,
    int threads,
    int rounds,
    Duration length,
    int images,
    int requests,
    int nodes) {

  /** Checks the numbers. */
  public BenchmarkOptions {
    requireAtLeast("threads", threads, 1);
    requireAtLeast("rounds", rounds, 1);
    requireAtLeast("images", images, 10);
    requireAtLeast("requests", requests, 10);
    requireAtLeast("nodes", nodes, 2);
    if (length.isZero() || length.isNegative()) {
      throw new IllegalArgumentException("seconds: " + length + " (expected: > 0)");
    }
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
  }
}
