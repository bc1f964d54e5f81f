package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.ModelReadiness.State;
import io.stepwise.sampling.RouterHarness.StandIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to images and replicas when a replica fails. */
final class RouterRecoveryTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();
  private static final Duration ALMOST = Toys.BATCH_DEADLINE.minusMillis(1);
  private static final Duration REST = Duration.ofMillis(1);

  private final ManualTime time = ManualTime.get(KIT.system());
  private final RouterHarness harness = new RouterHarness(KIT, Toys.options(4), 2);
  private final StandIn first = harness.readyReplica();
  private final StandIn second = harness.spawned();

  @AfterEach
  void stopRouter() {
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void statesOfADeadReplicaGoToAnotherBeforeFreshOnes() {
    harness.enqueue("a", 1, 5);
    Replica.RunBatch lost = first.nextBatch();
    harness.enqueue("b", 1, 5);
    harness.settle();

    first.die();

    second.ready(1);
    assertThat(second.nextBatch().states()).isEqualTo(lost.states());
  }

  @Test
  void deadReplicaIsReplacedAfterAPause() {
    first.die();
    assertThat(harness.hasSpawnedMore()).isFalse();

    time.timePasses(Toys.MIN_BACKOFF);

    StandIn replacement = harness.spawned();
    assertThat(replacement.slot).isEqualTo(first.slot);
    harness.enqueue("a", 1, 5);
    replacement.ready(1);
    assertThat(replacement.nextNames()).containsExactly("a0@0");
  }

  @Test
  void statesOfARestartedReplicaGoBack() {
    harness.enqueue("a", 4, 5);
    Replica.RunBatch lost = first.nextBatch();

    first.ready(2);

    Replica.RunBatch again = first.nextBatch();
    assertThat(again.incarnation()).isEqualTo(2);
    assertThat(again.states()).isEqualTo(lost.states().subList(0, 2));
    assertThat(first.nextBatch().states()).isEqualTo(lost.states().subList(2, 4));
  }

  @Test
  void statesOfAStuckReplicaGoBackAndAnotherTakesItsPlace() {
    harness.enqueue("a", 1, 5);
    Replica.RunBatch stuck = first.nextBatch();
    time.timePasses(ALMOST);
    assertThat(harness.readiness(0).state()).isEqualTo(State.READY);

    time.timePasses(REST);

    StandIn replacement = harness.spawned();
    assertThat(replacement.slot).isZero();
    first.awaitEnd();
    replacement.ready(1);
    assertThat(replacement.nextBatch().states()).isEqualTo(stuck.states());
  }

  @Test
  void lateResultIsIgnored() {
    harness.enqueue("a", 1, 5);
    Replica.RunBatch late = first.nextBatch();
    time.timePasses(Toys.BATCH_DEADLINE);
    StandIn replacement = harness.spawned();
    replacement.ready(1);
    Replica.RunBatch again = replacement.nextBatch();

    first.finish(late);
    first.ready(2);
    first.fail(late, "too late");

    harness.expectSilence();
    replacement.expectNothing();
    replacement.finish(again);
    harness.expectStep(0, 1, 0);
    assertThat(replacement.nextNames()).containsExactly("a0@1");
  }

  @Test
  void deadlineOfTheSecondBatchBeginsWhenTheFirstIsDone() {
    harness.enqueue("a", 8, 1);
    Replica.RunBatch running = first.nextBatch();
    first.nextBatch();
    time.timePasses(ALMOST);
    first.finish(running);
    harness.settle();

    time.timePasses(ALMOST);
    assertThat(harness.readiness(0).state()).isEqualTo(State.READY);
    time.timePasses(REST);
    assertThat(harness.readiness(0).detail()).isEqualTo("a batch ran for more than 30000 ms");
  }

  @Test
  void idleReplicaHasNoDeadline() {
    harness.enqueue("a", 1, 1);
    first.finish(first.nextBatch());
    harness.settle();

    time.timePasses(Toys.BATCH_DEADLINE);

    assertThat(harness.readiness(0).state()).isEqualTo(State.READY);
  }

  @Test
  void poisonedImageFailsAlone() {
    harness.enqueue("a", 4, 1);
    for (int incarnation = 2; incarnation < 5; incarnation++) {
      first.fail(first.nextBatch(), "poison");
      assertThat(harness.readiness(0))
          .isEqualTo(new ModelReadiness.Replica(0, State.RESTARTING, "poison"));
      first.ready(incarnation);
    }

    assertThat(harness.generation.expectMessageClass(Generation.ImageLost.class))
        .isEqualTo(new Generation.ImageLost(0, "tried 3 times in vain: poison"));
    Replica.RunBatch neighbour = first.nextBatch();
    Replica.RunBatch otherHalf = first.nextBatch();
    assertThat(RouterHarness.names(neighbour)).containsExactly("a1@0");
    assertThat(RouterHarness.names(otherHalf)).containsExactly("a2@0", "a3@0");
    first.finish(neighbour);
    first.finish(otherHalf);
    for (int image : List.of(1, 2, 3)) {
      harness.expectStep(image, 1, 0);
      harness.generation.expectMessageClass(Generation.Sampled.class);
    }
    harness.expectSilence();
  }

  @Test
  void replicaThatCannotStartIsReportedWithItsReason() {
    harness.router.tell(new Router.CannotStart(1, second.ref, "no such file"));

    assertThat(harness.readiness(1))
        .isEqualTo(new ModelReadiness.Replica(1, State.CANNOT_START, "no such file"));
    second.ready(4);
    assertThat(harness.readiness(1)).isEqualTo(new ModelReadiness.Replica(1, State.READY, ""));
  }

  @Test
  void generationsAreToldWhenTheRouterStops() {
    harness.enqueue("a", 3, 5);
    harness.settle();
    harness.stop();

    harness.generation.expectMessage(Generation.RouterLost.INSTANCE);
  }

  @Test
  void routerThatFailsTellsItsGenerationsAndBeginsAnew() {
    harness.enqueue("a", 1, 5);
    Replica.RunBatch batch = first.nextBatch();
    harness.router.tell(
        new Router.BatchDone(
            0,
            batch.batchId(),
            batch.weights(),
            List.of(),
            Instant.EPOCH,
            Duration.ZERO,
            Duration.ZERO));

    harness.generation.expectMessage(Generation.RouterLost.INSTANCE);
    StandIn anew = harness.readyReplica();
    harness.enqueue("b", 1, 5);
    assertThat(anew.nextNames()).containsExactly("b0@0");
  }
}
