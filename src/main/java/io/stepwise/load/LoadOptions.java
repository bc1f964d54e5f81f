package io.stepwise.load;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that decides a load test.
 *
 * @param target the server and the way to it
 * @param requests what is asked for
 * @param loads how hard, one after the other, 1 or more
 * @param duration for how long requests are sent at each load
 * @param warmUps requests of each step count that are sent alone before, 0 or more
 * @param slo latency within which an answer counts as good; null for any
 * @param seed decides when which request is sent, and the images' seeds
 */
public record LoadOptions(
    Target target,
    RequestOptions requests,
    List<Load> loads,
    Duration duration,
    int warmUps,
    @Nullable Slo slo,
    long seed) {

  /** Checks what belongs together. */
  public LoadOptions {
    loads = List.copyOf(loads);
    if (loads.isEmpty()) {
      throw new IllegalArgumentException("--rate: missing (expected: it or --concurrency)");
    }
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("--duration: " + duration + " (expected: more than 0)");
    }
    if (warmUps < 0) {
      throw new IllegalArgumentException("--warm-up: " + warmUps + " (expected: >= 0)");
    }
    if (warmUps == 0 && slo instanceof Slo.OfUnloaded) {
      throw new IllegalArgumentException(
          "--warm-up: 0 (expected: >= 1 with an --slo that is a multiple of the unloaded time)");
    }
    if (warmUps == 0 && requests.cancelRate() > 0) {
      throw new IllegalArgumentException(
          "--warm-up: 0 (expected: >= 1 with --cancel-rate, for the time in which to cancel)");
    }
    if (target.openAi()) {
      requireOpenAiFields(requests);
    }
  }

  private static void requireOpenAiFields(RequestOptions requests) {
    requireAbsent(requests.mix().shares().isEmpty(), "--mix");
    requireAbsent(requests.solver() == null, "--solver");
    requireAbsent(requests.guidance() == null, "--guidance");
    requireAbsent(requests.deadline() == null, "--deadline");
  }

  private static void requireAbsent(boolean absent, String option) {
    if (!absent) {
      throw new IllegalArgumentException(option + ": given (expected: not with --openai)");
    }
  }
}
