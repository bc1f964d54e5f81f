package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.FleetEvent.BatchFinished;
import io.stepwise.sampling.FleetEvent.Changed;
import io.stepwise.sampling.FleetEvent.Member;
import io.stepwise.sampling.ModelReadiness.State;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What those see who watch the fleet. */
final class FleetTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final ToyModel model = ToyModel.named("toy");
  private final Gate gate = new Gate();
  private final TestProbe<FleetEvent> watcher = KIT.createTestProbe();
  private final List<ServiceHarness> started = new ArrayList<>();

  @AfterEach
  void stopServices() {
    gate.open();
    started.forEach(ServiceHarness::stop);
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void fleetIsTheReplicasAndWhatWaitsForThem() {
    ServiceHarness harness = start(served(gate.hold(model), 1), served(ToyModel.named("b"), 2));
    harness.images(request("ready").model("b"));
    harness.generate(request("a").n(10), Detail.RESULT);

    Fleet fleet = awaitFleet(harness, now -> now.models().get(0).inFlightImages() == 8);

    assertThat(fleet.draining()).isFalse();
    assertThat(fleet.unfinishedImages()).isEqualTo(10);
    assertThat(fleet.maxUnfinishedImages()).isEqualTo(10_000);
    assertThat(fleet.models()).extracting(Fleet.Model::name).containsExactly("toy", "b");
    Fleet.Model toy = fleet.models().get(0);
    assertThat(toy)
        .isEqualTo(
            new Fleet.Model(
                "toy",
                "digest of toy",
                List.of("digest of toy"),
                2,
                8,
                4,
                List.of(new Fleet.Replica(0, State.READY, "", 0))));
    assertThat(fleet.models().get(1).replicas()).hasSize(2);
  }

  @Test
  void everyBatchIsToldWithWhoWasInItAndHowLongItRan() {
    ServiceHarness harness = start(served(gate.hold(model), 1));
    harness.client.watchFleet(watcher.ref());
    next(Changed.class);
    Instant before = Instant.now();
    harness.generate(request("a").steps(2).guidance(2.0).prompt("bag"), Detail.RESULT);
    gate.letThrough(1);
    BatchFinished first = next(BatchFinished.class);
    gate.letThrough(1);
    BatchFinished second = next(BatchFinished.class);

    assertThat(first.model()).isEqualTo("toy");
    assertThat(first.replica()).isZero();
    assertThat(first.snapshot()).isEqualTo("digest of toy");
    assertThat(first.rows()).isEqualTo(2);
    assertThat(first.images()).containsExactly(new Member("a", 0, 1, 2));
    assertThat(second.images()).containsExactly(new Member("a", 0, 2, 2));
    assertThat(second.batchId()).isNotEqualTo(first.batchId());
    assertThat(first.started()).isBetween(before, Instant.now());
    assertThat(first.ran()).isPositive();
    assertThat(second.started()).isAfterOrEqualTo(first.started().plus(first.ran()).minusMillis(5));
  }

  @Test
  void changeOfReadinessIsToldAtOnceAndSoIsTheDraining() {
    ToyModel broken =
        model
            .opening(gate::pass)
            .disturbedBy(
                batch -> {
                  throw new IllegalStateException("poison");
                });
    gate.letThrough(1);
    ServiceHarness harness = start(served(broken, 1));
    harness.client.watchFleet(watcher.ref());
    harness.generate(request("a"), Detail.RESULT);

    nextChanged(fleet -> fleet.models().get(0).replicas().get(0).detail().equals("poison"));
    gate.open();
    nextChanged(fleet -> fleet.models().get(0).replicas().get(0).restarts() > 0);
    harness.client.drain();
    nextChanged(Fleet::draining);
  }

  @Test
  void watcherIsToldEverySecondThoughNothingHappens() {
    ServiceHarness harness = start(served(model, 1));
    harness.images(request("a"));
    harness.client.watchFleet(watcher.ref());

    watcher.expectMessageClass(Changed.class);
    watcher.expectMessageClass(Changed.class);
    watcher.expectMessageClass(Changed.class);
  }

  @Test
  void watcherWhoLeavesIsToldNoMoreAndTheOthersAre() {
    ServiceHarness harness = start(served(model, 1));
    TestProbe<FleetEvent> other = KIT.createTestProbe();
    harness.client.watchFleet(watcher.ref());
    harness.client.watchFleet(other.ref());
    next(Changed.class);

    harness.client.unwatchFleet(watcher.ref());
    await(harness.client.fleet());
    drainInbox();
    harness.images(request("a").steps(1));

    other.fishForMessage(
        ServiceHarness.PATIENCE,
        event ->
            event instanceof BatchFinished
                ? org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes.complete()
                : org.apache.pekko.actor.testkit.typed.javadsl.FishingOutcomes.continueAndIgnore());
    watcher.expectNoMessage(Duration.ZERO);
  }

  private void drainInbox() {
    FleetEvent mark = new Changed(new Fleet(true, -1, -1, List.of()));
    watcher.ref().tell(mark);
    while (!watcher.receiveMessage().equals(mark)) {
      // Told before it left.
    }
  }

  private <T extends FleetEvent> T next(Class<T> type) {
    while (true) {
      FleetEvent event = watcher.receiveMessage();
      if (type.isInstance(event)) {
        return type.cast(event);
      }
    }
  }

  private Fleet nextChanged(Predicate<Fleet> condition) {
    while (true) {
      Fleet fleet = next(Changed.class).fleet();
      if (condition.test(fleet)) {
        return fleet;
      }
    }
  }

  private static Fleet awaitFleet(ServiceHarness harness, Predicate<Fleet> condition) {
    return KIT.createTestProbe()
        .awaitAssert(
            () -> {
              Fleet fleet = await(harness.client.fleet());
              assertThat(condition.test(fleet)).as(fleet.toString()).isTrue();
              return fleet;
            });
  }

  private ServiceHarness start(ServedModel... models) {
    ServiceHarness harness = new ServiceHarness(KIT, Toys.options(4), models);
    started.add(harness);
    return harness;
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id);
  }
}
