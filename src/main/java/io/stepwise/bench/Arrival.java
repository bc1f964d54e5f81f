package io.stepwise.bench;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A request of a recorded sequence.
 *
 * @param at when it comes, in mean times between two requests
 * @param steps steps of its image
 */
record Arrival(double at, int steps) {

  /** Step counts of requests, each as often as it stands here. */
  private static final List<Integer> MIX = List.of(10, 10, 10, 10, 10, 50, 50, 50, 250, 250);

  /** Different step counts in their order. */
  static final List<Integer> STEPS = MIX.stream().distinct().toList();

  private static final long SEED = 1;

  /** Returns the mean number of steps of a request. */
  static double meanSteps() {
    return MIX.stream().mapToInt(steps -> steps).average().orElseThrow();
  }

  /** Returns Poisson arrivals of mixed lengths, the same ones every time. */
  static List<Arrival> sequence(int count) {
    UniformRandomProvider random = RandomSource.PHILOX_4X64.create(SEED);
    ZigguratSampler.Exponential gaps = ZigguratSampler.Exponential.of(random);
    List<Arrival> arrivals = new ArrayList<>();
    double at = 0;
    for (int i = 0; i < count; i++) {
      at += gaps.sample();
      arrivals.add(new Arrival(at, MIX.get(random.nextInt(MIX.size()))));
    }
    return arrivals;
  }
}
