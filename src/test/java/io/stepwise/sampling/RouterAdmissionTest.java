package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.StepTime;
import io.stepwise.sampling.RouterHarness.StandIn;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a router takes on, and what it says of it. A step takes 20 ms, with 2 rows or fewer. */
final class RouterAdmissionTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();
  private static final long MILLI = 1_000_000;
  private static final StepTime[] MEASURED = {
    new StepTime(1, 20 * MILLI), new StepTime(2, 20 * MILLI)
  };

  private final RouterHarness harness = new RouterHarness(KIT, Toys.options(2), 1);

  @AfterEach
  void stopRouter() {
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void nothingIsPredictedWhileNothingIsKnown() {
    enqueue("a", 10, 1);

    harness.answers.expectMessage(new Generation.Admitted(null));
  }

  @Test
  void whatCanBeDoneInTimeIsAdmittedWithItsForecast() {
    harness.spawned().ready(1, MEASURED);
    enqueue("a", 10, 250);

    harness.answers.expectMessage(new Generation.Admitted(Duration.ofMillis(200)));
  }

  @Test
  void timeThatPassedOnTheWayHereCounts() {
    harness.nanos.set(30 * MILLI);
    harness.spawned().ready(1, MEASURED);
    enqueue("a", 10, 250);

    harness.answers.expectMessage(new Generation.Admitted(Duration.ofMillis(230)));
  }

  @Test
  void whatCannotBeDoneInTimeIsTurnedAwayAndNeverRun() {
    StandIn replica = harness.spawned();
    replica.ready(1, MEASURED);
    enqueue("a", 10, 100);

    harness.answers.expectMessage(
        new Generation.TurnedAway(
            "deadline_ms: 100 (expected: 205 or more, with what is accepted already)",
            Duration.ofSeconds(1)));
    replica.expectNothing();
  }

  @Test
  void imagesThatWereTakenOnElsewhereGoOnWhateverTheirDeadlineAndNothingIsSaidOfIt() {
    StandIn replica = harness.spawned();
    replica.ready(1, MEASURED);
    DenoisingState begun = Toys.next(DenoisingState.first(recipe("a", 10, 100, "a"), 0));

    harness.router.tell(new Router.Resume(List.of(begun), harness.generationRef));

    Replica.RunBatch batch = replica.nextBatch();
    assertThat(RouterHarness.names(batch)).containsExactly("a0@1");
    replica.finish(batch);
    harness.expectStep(0, 2, 0);
    Generation.News mark = new Generation.Admitted(Duration.ofDays(1));
    harness.generationRef.tell(mark);
    harness.answers.expectMessage(mark);
  }

  @Test
  void whatWouldMakeOthersLateIsTurnedAway() {
    harness.spawned().ready(1, MEASURED);
    harness.enqueue(recipe("old", 10, 230, "a"), 2);
    harness.answers.expectMessage(new Generation.Admitted(Duration.ofMillis(200)));
    harness.enqueue(recipe("new", 10, 60_000, "b"), 1);

    assertThat(harness.answers.expectMessageClass(Generation.TurnedAway.class).message())
        .isEqualTo("requests that were accepted before would not be finished in time");
  }

  /**
   * The one measurement of two rows, at start, pulls that of one row down by a tenth of the gap.
   */
  @Test
  void stepsThatAreRunCorrectTheForecast() {
    StandIn replica = harness.spawned();
    replica.ready(1, MEASURED);
    harness.enqueue("old", 1, 20);
    harness.answers.expectMessageClass(Generation.Admitted.class);
    for (int step = 0; step < 19; step++) {
      replica.finish(replica.nextBatch(), Duration.ofMillis(40));
    }
    replica.finish(replica.nextBatch(), Duration.ofMillis(40));
    enqueue("a", 10, 10_000);

    harness.answers.expectMessage(new Generation.Admitted(Duration.ofMillis(380)));
  }

  @Test
  void listenerHearsOfEveryBatchThatIsRun() {
    StandIn replica = harness.spawned();
    replica.ready(1, MEASURED);
    harness.enqueue("a", 1, 20);
    replica.finish(replica.nextBatch(), Duration.ofMillis(40));
    harness.settle();

    assertThat(harness.listener.batches)
        .containsExactly(
            new SamplingListener.FinishedBatch(
                "toy", 0, Toys.WEIGHTS, 1, 1, 2, Duration.ofMillis(40), Duration.ZERO));
  }

  @Test
  void listenerHearsOfEveryRestart() {
    StandIn replica = harness.readyReplica();
    harness.enqueue("a", 1, 20);
    replica.fail(replica.nextBatch(), "out of memory");
    harness.settle();

    assertThat(harness.listener.heard).containsExactly("restart of toy 0");
  }

  @Test
  void batchThatIsRunToItsEndWaitsForCompanyAndForNobodyAfterwards() {
    RouterHarness classic = new RouterHarness(KIT, Toys.options(4, 1, "request"), 1);
    StandIn replica = classic.readyReplica();
    classic.enqueue("a", 1, 3);
    classic.enqueue("b", 1, 3);
    replica.expectNothing();
    classic.nanos.set(50 * MILLI);
    classic.settle();
    ManualTime.get(KIT.system()).timePasses(Duration.ofMillis(50));

    Replica.RunBatch batch = replica.nextBatch();
    classic.enqueue("c", 4, 3);
    for (int step = 0; step < 3; step++) {
      assertThat(RouterHarness.names(batch)).containsExactly("a0@" + step, "b0@" + step);
      replica.finish(batch);
      batch = replica.nextBatch();
    }
    assertThat(RouterHarness.names(batch)).containsExactly("c0@0", "c1@0", "c2@0", "c3@0");
    classic.stop();
  }

  private void enqueue(String request, int steps, long deadlineMillis) {
    harness.enqueue(recipe(request, steps, deadlineMillis, "anybody"), 1);
  }

  private static Recipe recipe(String request, int steps, long deadlineMillis, String client) {
    return Toys.recipe(request, steps, new Recipe.Urgency(client, 0, deadlineMillis * MILLI, 0));
  }
}
