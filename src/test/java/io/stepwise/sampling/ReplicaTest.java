package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepOutput;
import io.stepwise.network.ToyModel;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ReplicaTest {

  private static final ActorTestKit KIT = Toys.newKit();

  private final TestProbe<Router.Command> router = KIT.createTestProbe();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final AtomicReference<VersionsInUse> versions = new AtomicReference<>();
  private final DenoisingState state = DenoisingState.first(Toys.recipe("a", 5), 2);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void takesOneStepWithEveryState() {
    ActorRef<Replica.Command> replica = spawn(ToyModel.named("toy"));
    DenoisingState later = Toys.next(state);
    replica.tell(new Replica.RunBatch(7, ready(replica, 1), List.of(state, later)));

    Router.BatchDone done = router.expectMessageClass(Router.BatchDone.class);

    assertThat(done.batchId()).isEqualTo(7);
    assertThat(done.outcomes()).allMatch(Replica.Outcome::isFinite);
    assertThat(done.outcomes().get(0).state().x()).containsExactly(Toys.next(state).x());
    assertThat(done.outcomes().get(1).state().x()).containsExactly(Toys.next(later).x());
  }

  @Test
  void finishedStatesAreDecodedTogetherAndTheOthersAreNot() {
    LatentToy latent = new LatentToy(ToyModel.named("toy"));
    ActorRef<Replica.Command> replica = spawn(latent);
    DenoisingState nearlyDone = state;
    while (nearlyDone.remainingSteps() > 1) {
      nearlyDone = Toys.next(nearlyDone);
    }
    replica.tell(
        new Replica.RunBatch(7, ready(replica, 1), List.of(nearlyDone, state, nearlyDone)));

    Router.BatchDone done = router.expectMessageClass(Router.BatchDone.class);

    float[] sample = Toys.next(nearlyDone).x();
    assertThat(latent.calls()).containsExactly(2);
    assertThat(done.outcomes().get(0).state().x()).containsExactly(LatentToy.decoded(sample));
    assertThat(done.outcomes().get(1).state().x()).containsExactly(Toys.next(state).x());
    assertThat(done.outcomes().get(2).state().x()).containsExactly(LatentToy.decoded(sample));
  }

  @Test
  void previewsAreDecodedTogether() {
    LatentToy latent = new LatentToy(ToyModel.named("toy"));
    ActorRef<Replica.Command> replica = spawn(latent);
    List<float[]> previews = List.of(new float[] {1, 2, 3, 4, 5, 6}, new float[6]);
    replica.tell(new Replica.Decode(3, ready(replica, 1), Toys.WEIGHTS, previews));

    Router.Decoded decoded = router.expectMessageClass(Router.Decoded.class);

    assertThat(decoded.batchId()).isEqualTo(3);
    assertThat(decoded.images().getValue())
        .containsExactly(LatentToy.decoded(previews.get(0)), new float[24]);
    assertThat(latent.calls()).containsExactly(2);
  }

  @Test
  void previewThatCannotBeDecodedIsReportedAndTheReplicaGoesOn() {
    LatentToy latent = new LatentToy(ToyModel.named("toy"));
    ActorRef<Replica.Command> replica = spawn(latent);
    long incarnation = ready(replica, 1);
    latent.failNextCall(new OutOfMemoryError("Direct buffer memory"));
    replica.tell(new Replica.Decode(3, incarnation, Toys.WEIGHTS, List.of(new float[6])));

    assertThat(router.expectMessageClass(Router.Decoded.class).images().getError())
        .hasMessage("the preview cannot be decoded: Direct buffer memory");

    replica.tell(new Replica.RunBatch(4, incarnation, List.of(state)));
    assertThat(router.expectMessageClass(Router.BatchDone.class).batchId()).isEqualTo(4);
  }

  @Test
  void stateThatBecameNotFiniteIsMarked() {
    ActorRef<Replica.Command> replica = spawn(ToyModel.named("toy"));
    DenoisingState bad =
        state.after(new StepOutput(new float[] {0, 0, 0, 0, 0, Float.NaN}, new float[0]));
    replica.tell(new Replica.RunBatch(7, ready(replica, 1), List.of(state, bad)));

    Router.BatchDone done = router.expectMessageClass(Router.BatchDone.class);

    assertThat(done.outcomes()).extracting(Replica.Outcome::isFinite).containsExactly(true, false);
  }

  static Stream<Throwable> kernelFailures() {
    return Stream.of(
        new NetworkException("out of device memory"),
        new UnsatisfiedLinkError("no torch in java.library.path"),
        new OutOfMemoryError("Direct buffer memory"),
        new StackOverflowError("deep"),
        new AssertionError("wrong"));
  }

  @ParameterizedTest
  @MethodSource("kernelFailures")
  void failureOfTheKernelIsReportedAndANewIncarnationComes(Throwable failure) {
    ToyModel model = failing(ToyModel.named("toy"));
    ActorRef<Replica.Command> replica = spawn(model);
    long incarnation = ready(replica, 1);
    failures.add(failure);
    replica.tell(new Replica.RunBatch(1, incarnation, List.of(state)));

    router.expectMessage(new Router.BatchFailed(0, 1, String.valueOf(failure.getMessage())));

    replica.tell(new Replica.RunBatch(2, ready(replica, 2), List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);
    assertThat(model.opened()).isEqualTo(2);
    assertThat(model.open()).as("the first kernel is closed").isEqualTo(1);
    assertThat(threads).as("one thread, restart or not").hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("kernelFailures")
  void weightsThatCannotBeLoadedAreReportedAndTriedAgain(Throwable failure) {
    failures.add(failure);
    failures.add(failure);
    ActorRef<Replica.Command> replica = spawn(ToyModel.named("toy").opening(this::fail));

    Router.CannotStart report =
        new Router.CannotStart(0, replica, String.valueOf(failure.getMessage()));
    router.expectMessage(report);
    router.expectMessage(report);

    ready(replica, 3);
  }

  @Test
  void batchForAnEarlierIncarnationIsDropped() {
    ActorRef<Replica.Command> replica = spawn(failing(ToyModel.named("toy")));
    long incarnation = ready(replica, 1);
    failures.add(new NetworkException("broken"));
    replica.tell(new Replica.RunBatch(1, incarnation, List.of(state)));
    replica.tell(new Replica.RunBatch(2, incarnation, List.of(state)));
    router.expectMessageClass(Router.BatchFailed.class);

    replica.tell(new Replica.RunBatch(3, ready(replica, 2), List.of(state)));

    assertThat(router.expectMessageClass(Router.BatchDone.class).batchId()).isEqualTo(3);
  }

  @Test
  void batchWithAResultTooFewFails() {
    ToyModel model = ToyModel.named("toy");
    ActorRef<Replica.Command> replica = spawn(model.losingResults());
    replica.tell(new Replica.RunBatch(1, ready(replica, 1), List.of(state, state)));

    router.expectMessage(new Router.BatchFailed(0, 1, "results of a batch: 1 (expected: 2)"));
  }

  @Test
  void stopFreesTheMemory() {
    ToyModel model = ToyModel.named("toy");
    ActorRef<Replica.Command> replica = spawn(model);
    ready(replica, 1);

    KIT.stop(replica);

    assertThat(model.open()).isZero();
  }

  @Test
  void computesOnAThreadOfItsOwn() {
    ToyModel model = failing(ToyModel.named("toy"));
    for (int i = 0; i < 2; i++) {
      ActorRef<Replica.Command> replica = spawn(model);
      replica.tell(new Replica.RunBatch(1, ready(replica, 1), List.of(state)));
      router.expectMessageClass(Router.BatchDone.class);
    }

    assertThat(threads).hasSize(2);
  }

  private ActorRef<Replica.Command> spawn(DenoisingModel model) {
    ServedModel served = new ServedModel(model, new ToyPlans(), 1, 1);
    versions.set(VersionsInUse.of(model));
    return KIT.spawn(
        Replica.create(0, served, versions::get, Toys.options(4), router.ref()),
        Replica.ownThread());
  }

  private long ready(ActorRef<Replica.Command> replica, long incarnation) {
    router.expectMessage(
        new Router.Ready(0, replica, incarnation, versions.get().digests(), List.of()));
    return incarnation;
  }

  private ToyModel failing(ToyModel model) {
    return model.disturbedBy(
        batch -> {
          threads.add(Thread.currentThread());
          fail();
        });
  }

  private void fail() {
    Throwable failure = failures.poll();
    if (failure instanceof Error error) {
      throw error;
    } else if (failure instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
