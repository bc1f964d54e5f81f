package io.stepwise.sampling;

import com.typesafe.config.ConfigFactory;
import io.stepwise.batching.BatchKey;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.ImageShape;
import io.stepwise.network.ToyModel;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;

/** Small things that the tests of this package build on. */
final class Toys {

  /** Writes the sample itself, so that tests compare all its bits. */
  static final ImageEncoder RAW = (sample, shape, parameters) -> bytes(sample);

  /** Digest of the toy model. */
  static final String WEIGHTS = ToyModel.named("toy").description().digest();

  static final ImageShape SHAPE = new ImageShape(1, 2, 3);
  static final Duration BATCH_DEADLINE = Duration.ofSeconds(30);
  static final Duration MIN_BACKOFF = Duration.ofMillis(10);
  static final Duration MAX_BACKOFF = Duration.ofMillis(20);

  private static final Duration HOUR = Duration.ofHours(1);

  private Toys() {}

  static ActorTestKit newKit() {
    return ActorTestKit.create();
  }

  static ActorTestKit newKitWithManualTime() {
    return ActorTestKit.create(
        ManualTime.config().withFallback(ConfigFactory.load("application-test")));
  }

  /** Returns options with room for everything but batches, which have this many rows. */
  static SamplingOptions options(int maxBatchRows) {
    return options(maxBatchRows, 2, "fifo");
  }

  static SamplingOptions options(int maxBatchRows, int batchesInFlight, String policy) {
    return new SamplingOptions(
        requests(),
        new SamplingOptions.Replicas(
            maxBatchRows, batchesInFlight, 3, BATCH_DEADLINE, MIN_BACKOFF, MAX_BACKOFF, 1),
        policy,
        10_000,
        2);
  }

  static SamplingOptions.Requests requests() {
    return new SamplingOptions.Requests(1000, 1000, 20, Duration.ofMinutes(5), HOUR);
  }

  /** Returns an unguided recipe of so many noisy steps, accepted at time 0. */
  static Recipe recipe(String request, int steps) {
    return recipe(request, new ToyPlans().plan("ancestral", steps, null), 1);
  }

  static Recipe recipe(String request, StepPlan plan, double guidance) {
    return recipe(request, plan, guidance, new Recipe.Urgency("anybody", 0, HOUR.toNanos(), 0));
  }

  static Recipe recipe(String request, int steps, Recipe.Urgency urgency) {
    return recipe(request, new ToyPlans().plan("ancestral", steps, null), 1, urgency);
  }

  private static Recipe recipe(
      String request, StepPlan plan, double guidance, Recipe.Urgency urgency) {
    return new Recipe(
        request, new BatchKey(WEIGHTS, "1x2x3"), SHAPE, SHAPE, plan, 7, 0, guidance, urgency, null);
  }

  /** Returns the state one step on, as every kernel must compute it. */
  static DenoisingState next(DenoisingState state) {
    return state.after(ToyModel.step(state.nextInput(), 3));
  }

  /** Returns the sample that a state ends in when nothing ever happens to it. */
  static DenoisingState last(DenoisingState state) {
    DenoisingState now = state;
    while (now.remainingSteps() > 0) {
      now = next(now);
    }
    return now;
  }

  static byte[] bytes(float[] sample) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * sample.length);
    buffer.asFloatBuffer().put(sample);
    return buffer.array();
  }
}
