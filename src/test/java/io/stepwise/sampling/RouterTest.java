package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.StepOutput;
import io.stepwise.sampling.RouterHarness.StandIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who shares a batch, and what becomes of the images in it. */
final class RouterTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();

  private final RouterHarness harness = new RouterHarness(KIT, Toys.options(4), 1);

  @AfterEach
  void stopRouter() {
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void requestJoinsRunningBatchAtNextStep() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("a", 2, 5);
    Replica.RunBatch running = replica.nextBatch();

    harness.enqueue("b", 1, 9);
    replica.expectNothing();
    replica.finish(running);

    assertThat(replica.nextNames()).containsExactly("a0@1", "b0@0", "a1@1");
  }

  @Test
  void imagesOfAnyRequestPlanGuidanceAndStepShareABatch() {
    StandIn replica = harness.readyReplica();
    harness.enqueue(Toys.recipe("a", new ToyPlans().plan("ancestral", 5, null), 1), 1);
    replica.finish(replica.nextBatch());
    Replica.RunBatch second = replica.nextBatch();
    harness.enqueue(Toys.recipe("b", new ToyPlans().plan("direct", 9, null), 3), 1);
    harness.enqueue(Toys.recipe("c", new ToyPlans().plan("remembering", 3, null), 1), 1);
    replica.finish(second);

    assertThat(replica.nextNames()).containsExactly("a0@2", "b0@0", "c0@0");
  }

  @Test
  void idleReplicaIsGivenWhateverWaitsAtOnce() {
    harness.enqueue("a", 1, 5);
    StandIn replica = harness.readyReplica();

    assertThat(replica.nextNames()).containsExactly("a0@0");
  }

  @Test
  void secondBatchIsSentOnlyWhenItIsFull() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("a", 1, 5);
    replica.nextBatch();

    harness.enqueue("b", 3, 5);
    replica.expectNothing();
    harness.enqueue("c", 1, 5);

    assertThat(replica.nextNames()).containsExactly("b0@0", "c0@0", "b1@0", "b2@0");
    harness.enqueue("d", 8, 5);
    replica.expectNothing();
  }

  @Test
  void guidedImagesCountTwice() {
    StandIn replica = harness.readyReplica();
    harness.enqueue(Toys.recipe("a", new ToyPlans().plan("direct", 9, null), 3), 4);

    assertThat(replica.nextNames()).containsExactly("a0@0", "a1@0");
    assertThat(replica.nextNames()).containsExactly("a2@0", "a3@0");
  }

  @Test
  void smallRequestTakesPartThoughALargeOneWasFirst() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("large", 1000, 50);
    Replica.RunBatch first = replica.nextBatch();
    replica.nextBatch();
    harness.enqueue("small", 1, 2);
    replica.finish(first);

    assertThat(replica.nextNames()).contains("small0@0");
  }

  @Test
  void generationHearsOfEveryStepAndIsHandedTheSample() {
    StandIn replica = harness.readyReplica();
    Recipe recipe = Toys.recipe("a", 2);
    harness.nanos.set(11);
    harness.enqueue(recipe, 1);
    replica.finish(replica.nextBatch());
    harness.expectStep(0, 1, 11);
    replica.finish(replica.nextBatch());
    harness.expectStep(0, 2, 11);

    DenoisingState last = harness.generation.expectMessageClass(Generation.Sampled.class).last();

    assertThat(last.x()).containsExactly(Toys.last(DenoisingState.first(recipe, 0)).x());
    replica.expectNothing();
    harness.expectSilence();
  }

  @Test
  void imageThatIsNotFiniteFailsAlone() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("a", 2, 5);
    Replica.RunBatch batch = replica.nextBatch();
    DenoisingState bad =
        batch.states().get(0).after(new StepOutput(new float[] {Float.NaN}, new float[0]));
    DenoisingState good = Toys.next(batch.states().get(1));

    harness.router.tell(
        new Router.BatchDone(
            0,
            batch.batchId(),
            batch.weights(),
            List.of(new Replica.Outcome(bad, false), new Replica.Outcome(good, true)),
            Instant.EPOCH,
            Duration.ZERO,
            Duration.ZERO));

    harness.generation.expectMessage(
        new Generation.ImageLost(0, "step 1 gave numbers that are not finite"));
    harness.expectStep(1, 1, 0);
    assertThat(replica.nextNames()).containsExactly("a1@1");
  }

  @Test
  void cancelledRequestFreesItsPlace() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("a", 4, 5);
    Replica.RunBatch running = replica.nextBatch();
    harness.enqueue("b", 3, 5);
    harness.router.tell(new Router.Withdraw("a", harness.generationRef));

    replica.finish(running);

    assertThat(replica.nextNames()).containsExactly("b0@0", "b1@0", "b2@0");
    harness.expectSilence();
  }

  @Test
  void readyReplicasShareWhatWaits() {
    RouterHarness two = new RouterHarness(KIT, Toys.options(4), 2);
    StandIn first = two.readyReplica();
    StandIn second = two.readyReplica();
    two.settle();
    two.enqueue("a", 4, 5);

    assertThat(first.nextNames()).containsExactly("a0@0", "a1@0");
    assertThat(second.nextNames()).containsExactly("a2@0", "a3@0");
    two.stop();
  }
}
