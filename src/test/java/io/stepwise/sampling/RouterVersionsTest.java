package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.RouterHarness.StandIn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RouterVersionsTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final ToyModel NEW = ToyModel.named("toy").version(2);
  private static final String DIGEST = NEW.description().digest();

  private final TestProbe<StatusReply<Done>> orderer = KIT.createTestProbe();
  private final RouterHarness harness = new RouterHarness(KIT, Toys.options(8), 2);
  private StandIn first = harness.spawned();
  private final StandIn second = harness.spawned();

  @AfterAll
  static void stopKit() {
    KIT.shutdownTestKit();
  }

  @BeforeEach
  void begin() {
    first.ready(1);
    second.ready(1);
  }

  @AfterEach
  void stop() {
    harness.stop();
  }

  @Test
  void versionIsInUseWhenEveryReadyReplicaHasIt() {
    load(NEW);
    assertThat(first.nextLoad()).isEqualTo(DIGEST);
    assertThat(second.nextLoad()).isEqualTo(DIGEST);

    first.loaded(DIGEST);
    harness.settle();
    orderer.expectNoMessage(Duration.ZERO);
    assertThat(harness.versions.get().digests()).containsExactly(Toys.WEIGHTS);

    second.loaded(DIGEST);
    assertThat(orderer.receiveMessage().isSuccess()).isTrue();
    assertThat(harness.versions.get().digests()).containsExactlyInAnyOrder(Toys.WEIGHTS, DIGEST);
    assertThat(harness.versions.get().preferred()).isEqualTo(Toys.WEIGHTS);
  }

  @Test
  void versionThatOneReplicaCannotLoadIsRefusedAndFreedEverywhere() {
    load(NEW);
    first.nextLoad();
    second.nextLoad();
    first.loaded(DIGEST);
    second.loadFailed(DIGEST, "torn");

    assertThat(orderer.receiveMessage().getError()).hasMessage("replica 1 cannot load it: torn");
    first.expectDrop(DIGEST);
    second.expectDrop(DIGEST);
    assertThat(harness.settle().ready()).isTrue();
    assertThat(harness.versions.get().digests()).containsExactly(Toys.WEIGHTS);
  }

  @Test
  void batchesGoOnWhileAVersionIsLoaded() {
    load(NEW);
    first.nextLoad();
    second.nextLoad();
    harness.enqueue("a", 1, 5);

    first.finish(first.nextBatch());

    assertThat(harness.generation.expectMessageClass(Generation.StepTaken.class).state().step())
        .isEqualTo(1);
  }

  @Test
  void replicaThatDiesWhileLoadingIsNotWaitedForAndItsSuccessorLoads() {
    load(NEW);
    first.nextLoad();
    second.nextLoad();
    second.loaded(DIGEST);
    first.die();

    assertThat(orderer.receiveMessage().isSuccess()).isTrue();
    first = harness.spawned();
    first.ready(1, Set.of(Toys.WEIGHTS));
    assertThat(first.nextLoad()).as("what it began without").isEqualTo(DIGEST);
    assertThat(harness.readiness(0).state()).isNotEqualTo(ModelReadiness.State.READY);
    first.loaded(DIGEST);
    assertThat(harness.readiness(0).state()).isEqualTo(ModelReadiness.State.READY);
  }

  @Test
  void replicaThatStartsIsToldToFreeWhatIsNoMoreInUse() {
    first.ready(2, Set.of(Toys.WEIGHTS, "older"));

    first.expectDrop("older");
    assertThat(harness.readiness(0).state()).isEqualTo(ModelReadiness.State.READY);
  }

  @Test
  void replicaThatCannotLoadAVersionInUseIsStartedAnew() {
    load(NEW);
    first.nextLoad();
    second.nextLoad();
    first.loaded(DIGEST);
    second.loaded(DIGEST);
    orderer.receiveMessage();
    first.ready(2, Set.of(Toys.WEIGHTS));
    first.nextLoad();

    first.loadFailed(DIGEST, "torn");

    first.awaitEnd();
    harness.spawned().ready(1);
    assertThat(harness.readiness(0).state()).isEqualTo(ModelReadiness.State.READY);
  }

  @Test
  void secondVersionMeanwhileIsRefused() {
    load(NEW);
    load(ToyModel.named("toy").version(3));

    assertThat(orderer.receiveMessage().getError()).hasMessage(DIGEST + " is being loaded");
  }

  @Test
  void versionThatIsDroppedWhileLoadingIsNeverInUse() {
    load(NEW);
    first.nextLoad();
    second.nextLoad();
    first.loaded(DIGEST);
    harness.router.tell(new Router.DropVersion(DIGEST));

    assertThat(orderer.receiveMessage().getError()).hasMessage("it was given up");
    first.expectDrop(DIGEST);
    second.expectDrop(DIGEST);
    second.loaded(DIGEST);
    harness.settle();
    assertThat(harness.versions.get().digests()).containsExactly(Toys.WEIGHTS);
  }

  @Test
  void preferredVersionIsNotDropped() {
    harness.router.tell(new Router.DropVersion(Toys.WEIGHTS));

    harness.settle();
    assertThat(harness.versions.get().digests()).containsExactly(Toys.WEIGHTS);
    first.expectNothing();
  }

  @Test
  void resultsOfOtherWeightsAreVoidAndTheStepIsTakenAgain() {
    harness.enqueue("a", 1, 5);
    Replica.RunBatch batch = first.nextBatch();
    List<Replica.Outcome> outcomes =
        List.of(new Replica.Outcome(Toys.next(batch.states().get(0)), true));
    harness.router.tell(
        new Router.BatchDone(
            0, batch.batchId(), DIGEST, outcomes, Instant.EPOCH, Duration.ZERO, Duration.ZERO));

    assertThat(second.nextNames()).containsExactly("a0@0");
    first.awaitEnd();
    harness.expectSilence();
    assertThat(harness.listener.heard).contains("other weights of toy 0");
    assertThat(harness.listener.batches).isEmpty();
  }

  private void load(ToyModel version) {
    harness.router.tell(new Router.LoadVersion(version, orderer.ref()));
  }
}
