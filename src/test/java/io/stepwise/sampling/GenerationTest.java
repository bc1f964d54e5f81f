package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.sampling.GenerationStatus.State;
import io.stepwise.sampling.SamplingService.Detail;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class GenerationTest {

  private static final ActorTestKit KIT = Toys.newKitWithManualTime();
  private static final Duration DEADLINE = Duration.ofSeconds(9);
  private static final byte[] PNG = {1, 2, 3};

  private final ManualTime time = ManualTime.get(KIT.system());
  private final AtomicLong nanos = new AtomicLong();
  private final ListenerProbe listener = new ListenerProbe();
  private final TestProbe<Router.Order> router = KIT.createTestProbe();
  private final TestProbe<Finisher.Command> finisher = KIT.createTestProbe();
  private final TestProbe<SamplingService.Command> service = KIT.createTestProbe();
  private final TestProbe<GenerationEvent> caller = KIT.createTestProbe();
  private final Recipe recipe = Toys.recipe("a", 2);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void handsEveryImageToTheRouter() {
    ActorRef<Generation.Command> generation = spawn(3, Detail.RESULT);

    Router.Enqueue enqueued = router.expectMessageClass(Router.Enqueue.class);

    assertThat(enqueued.generation()).isEqualTo(generation);
    assertThat(enqueued.states()).extracting(DenoisingState::image).containsExactly(0, 1, 2);
    assertThat(enqueued.states()).allMatch(state -> state.step() == 0);
  }

  @Test
  void handsLastStatesToTheFinisherWithHowTheyWereMade() {
    ActorRef<Generation.Command> generation = spawn(1, Detail.RESULT);
    DenoisingState last = Toys.last(DenoisingState.first(recipe, 0));
    generation.tell(new Generation.Sampled(last));

    Finisher.Encode order = finisher.expectMessageClass(Finisher.Encode.class);

    assertThat(order.sample()).isSameAs(last);
    assertThat(order.parameters().seed()).isEqualTo(7);
    assertThat(order.parameters().model()).isEqualTo("toy");
  }

  @Test
  void callerWhoWantsTheResultAloneIsToldNothingElse() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.RESULT);
    nanos.set(1_000);
    generation.tell(new Generation.Admitted(Duration.ofNanos(900)));
    generation.tell(taken(1, 1, 400));
    generation.tell(taken(0, 1, 700));
    generation.tell(new Generation.Encoded(1, PNG));
    generation.tell(new Generation.Encoded(0, PNG));

    caller.expectMessage(
        new GenerationResult.Completed(
            "a",
            "toy",
            "digest of toy",
            List.of(new GeneratedImage(0, 7, PNG), new GeneratedImage(1, 7, PNG)),
            List.of(),
            new Usage(Duration.ofNanos(400), Duration.ofNanos(600), 2, Duration.ofNanos(900))));
    assertThat(listener.ended)
        .containsExactly(
            new SamplingListener.EndedGeneration(
                "toy",
                State.COMPLETED,
                Duration.ofNanos(400),
                Duration.ofNanos(600),
                2,
                Duration.ofNanos(100)));
    assertThat(listener.heard).containsExactly("admitted 2 of toy", "image of toy", "image of toy");
  }

  @Test
  void callerWhoWantsEverythingIsToldEveryStepAndImageAndTheResultLast() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.STEPS);
    generation.tell(new Generation.Admitted(Duration.ofMillis(12)));
    generation.tell(taken(0, 2, 0));
    generation.tell(new Generation.Encoded(0, PNG));
    generation.tell(new Generation.ImageLost(1, "poison"));

    FailedImage failed = new FailedImage(1, "poison");
    caller.expectMessage(new GenerationEvent.Accepted("a", 7, 2, 2, Duration.ofMillis(12)));
    caller.expectMessage(new GenerationEvent.StepFinished("a", 0, 2, 2, null));
    caller.expectMessage(new GenerationEvent.ImageFinished("a", new GeneratedImage(0, 7, PNG)));
    caller.expectMessage(new GenerationEvent.ImageFailed("a", failed));
    GenerationResult.Completed completed =
        caller.expectMessageClass(GenerationResult.Completed.class);
    assertThat(completed.failures()).containsExactly(failed);
    assertThat(completed.images()).hasSize(1);
  }

  @Test
  void generationThatTheRouterTurnsAwayIsRefusedAndLeavesNoTrace() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.STEPS);
    generation.tell(new Generation.TurnedAway("too late", Duration.ofSeconds(3)));

    GenerationResult.Refused refused =
        new GenerationResult.Refused(
            "a", RefusalReason.DEADLINE_UNREACHABLE, "too late", Duration.ofSeconds(3));
    caller.expectMessage(refused);
    expectEnd(generation, State.QUEUED);
    assertThat(listener.heard).containsExactly("refused toy DEADLINE_UNREACHABLE");
    assertThat(listener.ended).isEmpty();
  }

  @Test
  void generationThatEndsBeforeItIsAcceptedWasNeverAccepted() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.STEPS);
    generation.tell(new Generation.Cancel(KIT.<CancelOutcome>createTestProbe().ref()));

    caller.expectMessage(new GenerationResult.Cancelled("a"));
    expectEnd(generation, State.CANCELLED);
    assertThat(listener.ended).isEmpty();
  }

  @Test
  void generationWithoutAnImageFails() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.RESULT);
    generation.tell(new Generation.ImageLost(1, "later"));
    generation.tell(new Generation.ImageLost(0, "poison"));

    caller.expectMessage(new GenerationResult.Failed("a", "poison"));
    expectEnd(generation, State.FAILED);
  }

  @Test
  void cancelEndsItAtOnce() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.RESULT);
    TestProbe<CancelOutcome> canceller = KIT.createTestProbe();
    generation.tell(new Generation.Cancel(canceller.ref()));

    caller.expectMessage(new GenerationResult.Cancelled("a"));
    canceller.expectMessage(CancelOutcome.CANCELLED);
    expectEnd(generation, State.CANCELLED);
  }

  @Test
  void deadlineEndsIt() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.RESULT);
    router.expectMessageClass(Router.Enqueue.class);
    time.timePasses(DEADLINE);

    caller.expectMessage(new GenerationResult.DeadlineExceeded("a", DEADLINE));
    router.expectMessage(new Router.Withdraw("a", generation.narrow()));
  }

  @Test
  void lossOfTheRouterEndsIt() {
    ActorRef<Generation.Command> generation = spawn(2, Detail.RESULT);
    generation.tell(Generation.RouterLost.INSTANCE);

    caller.expectMessage(new GenerationResult.Failed("a", "the router of the model failed"));
    expectEnd(generation, State.FAILED);
  }

  @Test
  void stopTellsTheCaller() {
    KIT.stop(spawn(2, Detail.RESULT));

    caller.expectMessage(new GenerationResult.Failed("a", "the service was stopped"));
  }

  @Test
  void callerIsToldOnceWhateverComesAfterTheEnd() {
    ActorRef<Generation.Command> generation = spawn(1, Detail.STEPS);
    TestProbe<CancelOutcome> canceller = KIT.createTestProbe();
    TestProbe<Optional<GenerationStatus>> asker = KIT.createTestProbe();
    generation.tell(new Generation.Admitted(null));
    caller.expectMessageClass(GenerationEvent.Accepted.class);
    generation.tell(new Generation.Encoded(0, PNG));
    caller.expectMessageClass(GenerationEvent.ImageFinished.class);
    caller.expectMessageClass(GenerationResult.Completed.class);

    generation.tell(taken(0, 1, 0));
    generation.tell(new Generation.Encoded(0, PNG));
    generation.tell(new Generation.ImageLost(0, "late"));
    generation.tell(Generation.RouterLost.INSTANCE);
    generation.tell(new Generation.Cancel(canceller.ref()));
    generation.tell(new Generation.GetStatus(asker.ref()));
    generation.tell(Generation.Dismissed.INSTANCE);

    canceller.expectMessage(CancelOutcome.ALREADY_ENDED);
    assertThat(asker.receiveMessage().map(GenerationStatus::state)).contains(State.COMPLETED);
    caller.expectTerminated(generation);
    caller.expectNoMessage(Duration.ZERO);
  }

  @Test
  void statusTellsHowFarItIs() {
    ActorRef<Generation.Command> generation = spawn(3, Detail.RESULT);
    TestProbe<Optional<GenerationStatus>> asker = KIT.createTestProbe();
    generation.tell(new Generation.GetStatus(asker.ref()));
    asker.expectMessage(Optional.of(new GenerationStatus("a", "toy", State.QUEUED, 3, 0, 0, 6)));

    generation.tell(taken(0, 1, 0));
    generation.tell(taken(0, 2, 0));
    generation.tell(new Generation.Encoded(0, PNG));
    generation.tell(new Generation.GetStatus(asker.ref()));

    asker.expectMessage(Optional.of(new GenerationStatus("a", "toy", State.RUNNING, 3, 1, 2, 6)));
  }

  private ActorRef<Generation.Command> spawn(int images, Detail detail) {
    ResolvedRequest request =
        new ResolvedRequest("toy", images, "ancestral", "bag", null, DEADLINE, false, recipe);
    return KIT.spawn(
        Generation.create(
            request,
            new Generation.Partners(
                router.ref(), finisher.ref(), service.ref(), listener, detail, caller.ref()),
            nanos::get));
  }

  private Generation.StepTaken taken(int image, int step, long batchSentNanos) {
    DenoisingState state = new DenoisingState(recipe, image, step, new float[6], new float[0]);
    return new Generation.StepTaken(state, batchSentNanos, null);
  }

  private void expectEnd(ActorRef<Generation.Command> generation, State state) {
    router.expectMessageClass(Router.Enqueue.class);
    router.expectMessage(new Router.Withdraw("a", generation.narrow()));
    SamplingService.GenerationEnded ended =
        service.expectMessageClass(SamplingService.GenerationEnded.class);
    assertThat(ended.ending().status().state()).isEqualTo(state);
    generation.tell(Generation.Dismissed.INSTANCE);
    caller.expectTerminated(generation);
  }
}
