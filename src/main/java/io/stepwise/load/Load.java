package io.stepwise.load;

/** How hard the server is pressed. */
public sealed interface Load {

  /**
   * Requests come whether or not earlier ones were answered.
   *
   * @param rate requests a second on average, more than 0
   * @param burstiness shape of the gamma-distributed times between them, more than 0: 1 is Poisson,
   *     less is burstier, much more is like clockwork
   */
  record Open(double rate, double burstiness) implements Load {

    /** Checks the limits. */
    public Open {
      if (!(rate > 0) || Double.isInfinite(rate)) {
        throw new IllegalArgumentException("--rate: " + rate + " (expected: > 0)");
      }
      if (!(burstiness > 0) || Double.isInfinite(burstiness)) {
        throw new IllegalArgumentException("--burstiness: " + burstiness + " (expected: > 0)");
      }
    }
  }

  /**
   * So many clients, each of which sends its next request when the last one is answered.
   *
   * @param concurrency 1 or more
   */
  record Closed(int concurrency) implements Load {

    /** Checks the limits. */
    public Closed {
      if (concurrency < 1) {
        throw new IllegalArgumentException("--concurrency: " + concurrency + " (expected: >= 1)");
      }
    }
  }
}
