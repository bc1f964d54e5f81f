package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.ToyModel;
import io.stepwise.sampling.GenerationEvent.Accepted;
import io.stepwise.sampling.GenerationEvent.ImageFinished;
import io.stepwise.sampling.GenerationEvent.StepFinished;
import io.stepwise.sampling.GenerationStatus.State;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Those who listen to a generation come and go. */
final class ListenersTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final Client ANN = new Client("ann", "1.2.3.4");
  private static final Client BOB = new Client("bob", "1.2.3.4");

  private final Gate gate = new Gate();
  private final ServiceHarness harness =
      new ServiceHarness(KIT, Toys.options(4), served(gate.hold(ToyModel.named("toy")), 1));

  @AfterEach
  void stopService() {
    gate.open();
    harness.stop();
  }

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void generationEndsWithItsLastListener() {
    TestProbe<GenerationEvent> first = harness.generate(keyed("a"), Detail.RESULT);
    TestProbe<GenerationEvent> second = harness.generate(keyed("b"), Detail.IMAGES);
    second.expectMessageClass(Accepted.class);

    harness.client.leave("a", first.ref());
    assertThat(state("a")).isNotEqualTo(State.CANCELLED);
    harness.client.leave("b", second.ref());

    awaitState("a", State.CANCELLED);
    assertThat(await(harness.client.fleet()).unfinishedImages()).isZero();
  }

  @Test
  void listenerThatStopsHasLeft() {
    TestProbe<GenerationEvent> only = harness.generate(request("a"), Detail.IMAGES);
    only.expectMessageClass(Accepted.class);

    only.stop();

    awaitState("a", State.CANCELLED);
  }

  @Test
  void detachedGenerationGoesOnAloneAndItsResultIsKeptForItsOwner() {
    TestProbe<GenerationEvent> only = harness.generate(request("a").detached(true), Detail.IMAGES);
    only.expectMessageClass(Accepted.class);
    only.stop();
    harness.client.leave("a", only.ref());
    assertThat(await(harness.client.result(ANN, "a"))).as("while it runs").isEmpty();
    gate.open();

    awaitState("a", State.COMPLETED);

    Optional<GenerationResult> result = await(harness.client.result(ANN, "a"));
    assertThat(result).get().isInstanceOf(GenerationResult.Completed.class);
    assertThat(await(harness.client.result(BOB, "a"))).isEmpty();
  }

  @Test
  void resultThatNobodyWillAskForIsNotKept() {
    gate.open();
    harness.images(request("a"));

    assertThat(await(harness.client.result(ANN, "a"))).isEmpty();
  }

  @Test
  void eachListenerIsToldAsMuchAsItWantsAndOneResultLast() {
    gate.letThrough(1);
    TestProbe<GenerationEvent> first = harness.generate(keyed("a").steps(2), Detail.STEPS);
    first.expectMessageClass(Accepted.class);
    assertThat(first.expectMessageClass(StepFinished.class).step()).isEqualTo(1);
    TestProbe<GenerationEvent> second = harness.generate(keyed("b").steps(2), Detail.STEPS);
    TestProbe<GenerationEvent> third = harness.generate(keyed("c").steps(2), Detail.RESULT);
    Accepted late = second.expectMessageClass(Accepted.class);
    gate.open();

    assertThat(late.id()).isEqualTo("a");
    for (TestProbe<GenerationEvent> listener : List.of(first, second)) {
      assertThat(listener.expectMessageClass(StepFinished.class).step()).isEqualTo(2);
      listener.expectMessageClass(ImageFinished.class);
      listener.expectMessageClass(GenerationResult.Completed.class);
    }
    third.expectMessageClass(GenerationResult.Completed.class);
    await(harness.client.drain());
    for (TestProbe<GenerationEvent> listener : List.of(first, second, third)) {
      listener.expectNoMessage(Duration.ZERO);
    }
  }

  @Test
  void generationOfAnotherOwnerIsUnknown() {
    harness.generate(request("a"), Detail.RESULT);

    assertThat(await(harness.client.generation(BOB, "a"))).isEmpty();
    assertThat(await(harness.client.cancel(BOB, "a"))).isEqualTo(CancelOutcome.UNKNOWN);
    assertThat(await(harness.client.cancel(ANN, "a"))).isEqualTo(CancelOutcome.CANCELLED);
    assertThat(await(harness.client.generation(BOB, "a"))).isEmpty();
    assertThat(await(harness.client.cancel(BOB, "a"))).isEqualTo(CancelOutcome.UNKNOWN);
    assertThat(await(harness.client.cancel(ANN, "a"))).isEqualTo(CancelOutcome.ALREADY_ENDED);
  }

  @Test
  void cancelFreesItsPlaceWithinOneStep() {
    harness.generate(request("a").n(4).steps(100), Detail.RESULT);
    harness.generate(request("b").n(4).steps(100), Detail.RESULT);
    TestProbe<FleetEvent> watcher = KIT.createTestProbe();
    harness.client.watchFleet(watcher.ref());
    watcher.expectMessageClass(FleetEvent.Changed.class);
    awaitInFlight(8);
    await(harness.client.cancel(ANN, "a"));
    gate.letThrough(6);

    List<FleetEvent.BatchFinished> batches = new ArrayList<>();
    while (batches.size() < 6) {
      if (watcher.receiveMessage() instanceof FleetEvent.BatchFinished batch) {
        batches.add(batch);
      }
    }

    assertThat(batches.subList(2, 6))
        .as("behind the two batches that were in flight")
        .allMatch(batch -> batch.images().size() == 4)
        .flatMap(FleetEvent.BatchFinished::images)
        .allMatch(image -> image.generation().equals("b"));
  }

  private void awaitInFlight(int images) {
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              Fleet fleet = await(harness.client.fleet());
              assertThat(fleet.models().get(0).inFlightImages()).isEqualTo(images);
              return fleet;
            });
  }

  private void awaitState(String id, State state) {
    KIT.createTestProbe()
        .awaitAssert(
            () -> {
              assertThat(state(id)).isEqualTo(state);
              return id;
            });
  }

  private State state(String id) {
    return await(harness.client.generation(ANN, id)).orElseThrow().state();
  }

  private static GenerationRequest.Builder keyed(String id) {
    return request(id).idempotencyKey("key");
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id).client(ANN);
  }
}
