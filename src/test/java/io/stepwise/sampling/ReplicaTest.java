package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import io.stepwise.network.ToyModel;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
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
    List<Integer> decoded = new CopyOnWriteArrayList<>();
    ActorRef<Replica.Command> replica = spawn(halving(ToyModel.named("toy"), decoded));
    DenoisingState nearlyDone = state;
    while (nearlyDone.remainingSteps() > 1) {
      nearlyDone = Toys.next(nearlyDone);
    }
    replica.tell(
        new Replica.RunBatch(7, ready(replica, 1), List.of(nearlyDone, state, nearlyDone)));

    Router.BatchDone done = router.expectMessageClass(Router.BatchDone.class);

    float[] sample = Toys.next(nearlyDone).x();
    assertThat(decoded).containsExactly(2);
    assertThat(done.outcomes().get(0).state().x()).containsExactly(halved(sample));
    assertThat(done.outcomes().get(1).state().x()).containsExactly(Toys.next(state).x());
    assertThat(done.outcomes().get(2).state().x()).containsExactly(halved(sample));
  }

  /** A latent model whose decoder halves; it notes how many states it is given. */
  private static DenoisingModel halving(DenoisingModel model, List<Integer> decoded) {
    return new DenoisingModel() {
      @Override
      public ModelDescription description() {
        return model.description();
      }

      @Override
      public StepKernel openKernel(int threads) {
        StepKernel kernel = model.openKernel(threads);
        return new StepKernel() {
          @Override
          public List<StepOutput> run(List<StepInput> batch) {
            return kernel.run(batch);
          }

          @Override
          public List<float[]> decode(List<float[]> states) {
            decoded.add(states.size());
            return states.stream().map(ReplicaTest::halved).toList();
          }

          @Override
          public void close() {
            kernel.close();
          }
        };
      }
    };
  }

  private static float[] halved(float[] values) {
    float[] halves = values.clone();
    for (int i = 0; i < halves.length; i++) {
      halves[i] /= 2;
    }
    return halves;
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
    return KIT.spawn(
        Replica.create(0, served, Toys.options(4), router.ref()), Replica.ownThread());
  }

  private long ready(ActorRef<Replica.Command> replica, long incarnation) {
    router.expectMessage(new Router.Ready(0, replica, incarnation, List.of()));
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
