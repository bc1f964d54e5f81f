package io.stepwise.sampling;

import static io.stepwise.sampling.ServiceHarness.await;
import static io.stepwise.sampling.ServiceHarness.served;
import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.NetworkException;
import io.stepwise.network.ToyModel;
import io.stepwise.sampling.ModelReadiness.State;
import io.stepwise.sampling.SamplingService.Detail;
import io.stepwise.sampling.ServiceHarness.Gate;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the service does not take on. */
final class SamplingServiceLimitsTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final Gate gate = new Gate();
  private final ServiceHarness harness =
      new ServiceHarness(KIT, withRoomFor(10), served(gate.hold(ToyModel.named("toy")), 1));

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
  void fullQueueRefusesAndSaysWhenToComeBack() {
    harness.generate(request("a").n(7), Detail.RESULT);

    GenerationResult.Refused refused = refusal("b", 4);

    assertThat(refused.reason()).isEqualTo(RefusalReason.QUEUE_FULL);
    assertThat(refused.message()).isEqualTo("the queue is full with 7 unfinished images");
    assertThat(refused.retryAfter()).isPositive();
  }

  @Test
  void clientWhoHasHisPartOfTheQueueLeavesTheRestToOthers() {
    ServiceHarness shared =
        new ServiceHarness(KIT, sharedBy(4), served(gate.hold(ToyModel.named("toy")), 1));
    Client other = new Client("other", "other");
    shared.generate(request("a").n(3), Detail.RESULT);

    GenerationResult refused = await(shared.client.generate(request("b").n(2).build()));
    TestProbe<GenerationEvent> others =
        shared.generate(request("c").n(4).client(other), Detail.IMAGES);

    assertThat(refused)
        .isInstanceOfSatisfying(
            GenerationResult.Refused.class,
            full ->
                assertThat(full.message())
                    .isEqualTo("the client's part of the queue is full with 3 unfinished images"));
    others.expectMessageClass(GenerationEvent.Accepted.class);
    gate.open();
    others.receiveSeveralMessages(5);
    shared.stop();
  }

  @Test
  void whatCannotBeDoneInTimeIsRefusedAtOnceAndHoldsNoPlaces() {
    gate.open();
    assertThat(harness.images(request("first"))).hasSize(1);

    GenerationResult result =
        await(
            harness.client.generate(
                request("a").n(10).steps(1000).deadline(Duration.ofMillis(1)).build()));

    assertThat(result)
        .isInstanceOfSatisfying(
            GenerationResult.Refused.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(RefusalReason.DEADLINE_UNREACHABLE);
              assertThat(refused.message()).startsWith("deadline_ms: 1 (expected: ");
              assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
            });
    assertThat(harness.images(request("b").n(10).steps(1))).hasSize(10);
    assertThat(await(harness.client.generation(Client.ANYBODY, "a"))).isEmpty();
  }

  @Test
  void endedGenerationGivesItsPlacesBackBeforeItsCallerKnows() {
    gate.open();
    for (int i = 0; i < 20; i++) {
      assertThat(harness.images(request("request-" + i).n(10).steps(1))).hasSize(10);
    }
  }

  @Test
  void cancelledGenerationGivesItsPlacesBack() {
    harness.generate(request("a").n(10), Detail.RESULT);
    await(harness.client.cancel(Client.ANYBODY, "a"));
    TestProbe<GenerationEvent> next = harness.generate(request("b").n(10), Detail.RESULT);
    gate.open();

    next.expectMessageClass(GenerationResult.Completed.class);
  }

  @Test
  void ownerOfManyImagesIsRefusedWhileOthersAreNot() {
    Client alice = new Client("alice", "alice", 4);
    harness.generate(request("a").n(3).client(alice), Detail.RESULT);

    GenerationResult.Refused refused =
        (GenerationResult.Refused)
            await(harness.client.generate(request("b").n(2).client(alice).build()));
    TestProbe<GenerationEvent> fits =
        harness.generate(request("c").n(1).client(alice), Detail.RESULT);
    TestProbe<GenerationEvent> other = harness.generate(request("d").n(2), Detail.RESULT);
    gate.open();

    assertThat(refused.reason()).isEqualTo(RefusalReason.TOO_MANY_IN_FLIGHT);
    assertThat(refused.message()).isEqualTo("images in flight: 3 and 2 more (expected: at most 4)");
    assertThat(refused.retryAfter()).isPositive();
    fits.expectMessageClass(GenerationResult.Completed.class);
    other.expectMessageClass(GenerationResult.Completed.class);
  }

  @Test
  void everyEndGivesTheOwnersPlacesBack() {
    Client alice = new Client("alice", "alice", 2);
    harness.generate(request("cancelled").n(2).client(alice), Detail.RESULT);
    await(harness.client.cancel(alice, "cancelled"));
    await(
        harness.client.generate(
            request("late").n(2).client(alice).deadline(Duration.ofMillis(50)).build()));
    gate.open();

    for (int i = 0; i < 20; i++) {
      assertThat(harness.images(request("request-" + i).n(2).steps(1).client(alice))).hasSize(2);
    }
  }

  @Test
  void requestLargerThanTheQueueIsInvalid() {
    assertThat(await(harness.client.generate(request("a").n(11).build())))
        .isEqualTo(new GenerationResult.Invalid("a", "n", "n: 11 (expected: 1 to 10)"));
  }

  @Test
  void idThatIsInUseIsRefused() {
    TestProbe<GenerationEvent> first = harness.generate(request("a"), Detail.RESULT);

    assertThat(refusal("a", 1).reason()).isEqualTo(RefusalReason.DUPLICATE_ID);
    gate.open();
    first.expectMessageClass(GenerationResult.Completed.class);
    assertThat(harness.images(request("a"))).hasSize(1);
  }

  @Test
  void drainFinishesWhatWasAcceptedAndRefusesTheRest() {
    TestProbe<GenerationEvent> accepted = harness.generate(request("a").n(5), Detail.RESULT);
    CompletionStage<Done> drained = harness.client.drain();
    CompletionStage<Done> drainedToo = harness.client.drain();

    assertThat(refusal("b", 1).reason()).isEqualTo(RefusalReason.DRAINING);
    assertThat(await(harness.client.readiness()).ready()).isFalse();
    assertThat(drained.toCompletableFuture()).isNotDone();
    gate.open();

    await(drained);
    await(drainedToo);
    accepted.expectMessageClass(GenerationResult.Completed.class);
  }

  @Test
  void drainOfAnIdleServiceIsDoneAtOnce() {
    assertThat(await(harness.client.drain())).isEqualTo(Done.getInstance());
  }

  @Test
  void modelWhoseWeightsCannotBeLoadedIsUnreadyWithItsReasonAndRefused() {
    ToyModel broken =
        ToyModel.named("broken")
            .opening(
                () -> {
                  throw new NetworkException("model.safetensors: truncated");
                });
    ServiceHarness two =
        new ServiceHarness(
            KIT, withRoomFor(10), served(ToyModel.named("toy"), 1), served(broken, 2));
    KIT.createTestProbe().awaitAssert(() -> expectBothReplicasUnready(two));

    GenerationResult result = await(two.client.generate(request("a").model("broken").build()));

    assertThat(result)
        .isInstanceOfSatisfying(
            GenerationResult.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(RefusalReason.MODEL_UNAVAILABLE));
    assertThat(two.images(request("b").model("toy"))).hasSize(1);
    two.stop();
  }

  private static Object expectBothReplicasUnready(ServiceHarness two) {
    Readiness readiness = await(two.client.readiness());
    assertThat(readiness.ready()).isFalse();
    assertThat(readiness.models().get(0).ready()).isTrue();
    assertThat(readiness.models().get(1).replicas())
        .containsExactly(
            new ModelReadiness.Replica(0, State.CANNOT_START, "model.safetensors: truncated"),
            new ModelReadiness.Replica(1, State.CANNOT_START, "model.safetensors: truncated"));
    return readiness;
  }

  private GenerationResult.Refused refusal(String id, int n) {
    GenerationResult result = await(harness.client.generate(request(id).n(n).build()));
    assertThat(result).isInstanceOf(GenerationResult.Refused.class);
    return (GenerationResult.Refused) result;
  }

  private static SamplingOptions sharedBy(int ofClient) {
    SamplingOptions options = withRoomFor(10);
    SamplingOptions.Scheduling scheduling =
        new SamplingOptions.Scheduling(
            "deadline", Duration.ZERO, Duration.ZERO, Duration.ZERO, ofClient);
    return new SamplingOptions(
        options.requests(), options.replicas(), scheduling, 10, 2, options.results());
  }

  private static SamplingOptions withRoomFor(int images) {
    SamplingOptions options = Toys.options(4);
    SamplingOptions.Requests limits = options.requests();
    return new SamplingOptions(
        new SamplingOptions.Requests(
            images,
            limits.maxSteps(),
            limits.defaultSteps(),
            limits.defaultDeadline(),
            limits.maxDeadline()),
        options.replicas(),
        "deadline",
        images,
        2);
  }

  private static GenerationRequest.Builder request(String id) {
    return GenerationRequest.builder(id);
  }
}
