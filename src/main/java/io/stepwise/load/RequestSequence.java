package io.stepwise.load;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.AhrensDieterMarsagliaTsangGammaSampler;
import org.apache.commons.rng.sampling.distribution.SharedStateContinuousSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * The requests of a load test one after the other: a pure function of seed, load and options.
 *
 * <p>When a request comes and what it asks for are drawn from streams of their own, so that the
 * same requests come at every load of a sweep, only faster.
 */
final class RequestSequence {

  private static final double NANOS = 1e9;
  private static final long ARRIVALS = 1;
  private static final long REQUESTS = 2;
  private static final int SEED_BITS = 53;

  private final RequestOptions options;
  private final UniformRandomProvider random;
  private final SharedStateContinuousSampler gaps;
  private double offsetNanos;
  private long index;

  private RequestSequence(
      RequestOptions options, UniformRandomProvider random, SharedStateContinuousSampler gaps) {
    this.options = options;
    this.random = random;
    this.gaps = gaps;
  }

  /** Returns the sequence from its beginning. */
  static RequestSequence of(RequestOptions options, Load load, long seed) {
    UniformRandomProvider arrivals = stream(seed, ARRIVALS);
    SharedStateContinuousSampler gaps =
        load instanceof Load.Open open
            ? AhrensDieterMarsagliaTsangGammaSampler.of(
                arrivals, open.burstiness(), NANOS / (open.rate() * open.burstiness()))
            : NoGap.INSTANCE;
    return new RequestSequence(options, stream(seed, REQUESTS), gaps);
  }

  /** Returns the next request. */
  PlannedRequest next() {
    offsetNanos += gaps.sample();
    int steps = options.mix().choose(random.nextDouble());
    long seed = random.nextLong() >>> (Long.SIZE - SEED_BITS);
    // Drawn whether or not they are used: another cancel rate leaves the rest as it is.
    double cancelled = random.nextDouble();
    double moment = random.nextDouble();
    List<String> prompts = options.prompts();
    String prompt = prompts.isEmpty() ? null : prompts.get((int) (index % prompts.size()));
    return new PlannedRequest(
        index++,
        (long) offsetNanos,
        steps,
        prompt,
        seed,
        cancelled < options.cancelRate() ? moment : null);
  }

  private static UniformRandomProvider stream(long seed, long stream) {
    return RandomSource.PHILOX_4X64.create(new long[] {seed, stream, 0, 0, 0, 0});
  }

  /** Nothing lies between two requests: in a closed loop the answers decide. */
  private enum NoGap implements SharedStateContinuousSampler {
    INSTANCE;

    @Override
    public double sample() {
      return 0;
    }

    @Override
    public SharedStateContinuousSampler withUniformRandomProvider(UniformRandomProvider random) {
      return this;
    }
  }
}
