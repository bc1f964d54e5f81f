package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.network.NetworkException;
import io.stepwise.network.ToyModel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class ReplicaVersionsTest {

  private static final ActorTestKit KIT = Toys.newKit();
  private static final ToyModel OLD = ToyModel.named("toy");

  private final ToyModel version = OLD.version(2);
  private final TestProbe<Router.Command> router = KIT.createTestProbe();
  private final DenoisingState state = DenoisingState.first(Toys.recipe("a", 5), 0);
  private final ActorRef<Replica.Command> replica = spawn();

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void worksOnBothVersionsAndTellsWhichItDidWorkOn() {
    replica.tell(new Replica.Load(1, version));
    assertThat(loaded()).isEqualTo(digest(version));
    replica.tell(new Replica.RunBatch(1, 1, List.of(state)));
    replica.tell(new Replica.RunBatch(2, 1, List.of(on(version))));

    Router.BatchDone old = router.expectMessageClass(Router.BatchDone.class);
    Router.BatchDone renewed = router.expectMessageClass(Router.BatchDone.class);

    assertThat(old.weights()).isEqualTo(Toys.WEIGHTS);
    assertThat(renewed.weights()).isEqualTo(digest(version));
    assertThat(old.outcomes().get(0).state().x()).containsExactly(Toys.next(state).x());
    assertThat(renewed.outcomes().get(0).state().x())
        .doesNotContain(old.outcomes().get(0).state().x());
  }

  @Test
  void loadsWhileItRunsBatchesAndTakesTheFirstStepOnAnotherThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Semaphore loading = new Semaphore(0);
    ToyModel slow =
        OLD.version(3)
            .opening(loading::acquireUninterruptibly)
            .disturbedBy(batch -> threads.add(Thread.currentThread()));
    replica.tell(new Replica.Load(1, slow));
    replica.tell(new Replica.RunBatch(1, 1, List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);

    loading.release();
    loaded();
    assertThat(threads).hasSize(1);
    replica.tell(new Replica.RunBatch(2, 1, List.of(on(slow))));
    router.expectMessageClass(Router.BatchDone.class);
    assertThat(threads).as("the loader's and the replica's").hasSize(2);
  }

  @Test
  void versionThatCannotBeLoadedIsReportedAndTheReplicaGoesOn() {
    ToyModel broken =
        version.opening(
            () -> {
              throw new NetworkException("torn");
            });
    replica.tell(new Replica.Load(1, broken));

    router.expectMessage(new Router.LoadFailed(0, 1, digest(version), "torn"));
    replica.tell(new Replica.RunBatch(1, 1, List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);
  }

  @Test
  void versionWhoseFirstStepFailsIsReportedAndFreed() {
    ToyModel broken =
        version.disturbedBy(
            batch -> {
              throw new UnsatisfiedLinkError("no such operator");
            });
    replica.tell(new Replica.Load(1, broken));

    router.expectMessage(new Router.LoadFailed(0, 1, digest(version), "no such operator"));
    assertThat(broken.open()).isZero();
  }

  @Test
  void otherWeightsThanOrderedAreNotLoaded() {
    ToyModel mistaken = version.loading(OLD);
    replica.tell(new Replica.Load(1, mistaken));

    router.expectMessage(
        new Router.LoadFailed(
            0,
            1,
            digest(version),
            "weights: " + Toys.WEIGHTS + " (expected: " + digest(version) + ")"));
    assertThat(mistaken.open()).isZero();
  }

  @Test
  void droppedVersionIsFreed() {
    replica.tell(new Replica.Load(1, version));
    loaded();
    replica.tell(new Replica.Drop(1, digest(version)));
    replica.tell(new Replica.RunBatch(1, 1, List.of(on(version))));

    Router.BatchFailed failed = router.expectMessageClass(Router.BatchFailed.class);
    assertThat(failed.reason()).startsWith("weights: " + digest(version) + " (expected: one of");
    assertThat(version.open()).isZero();
  }

  @Test
  void versionThatIsDroppedWhileLoadingIsFreedAndNotReported() {
    Semaphore loading = new Semaphore(0);
    ToyModel slow = version.opening(loading::acquireUninterruptibly);
    replica.tell(new Replica.Load(1, slow));
    replica.tell(new Replica.Drop(1, digest(version)));
    replica.tell(new Replica.RunBatch(1, 1, List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);

    loading.release();

    router.awaitAssert(
        () -> {
          assertThat(slow.opened()).isEqualTo(1);
          assertThat(slow.open()).isZero();
          return slow;
        });
    replica.tell(new Replica.RunBatch(2, 1, List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);
  }

  @Test
  void versionThatIsOpenedAfterTheReplicaEndedIsFreed() {
    Semaphore loading = new Semaphore(0);
    ToyModel slow = version.opening(loading::acquireUninterruptibly);
    replica.tell(new Replica.Load(1, slow));
    replica.tell(new Replica.RunBatch(1, 1, List.of(state)));
    router.expectMessageClass(Router.BatchDone.class);

    KIT.stop(replica);
    loading.release();

    router.awaitAssert(
        () -> {
          assertThat(slow.opened()).isEqualTo(1);
          assertThat(slow.open()).isZero();
          return slow;
        });
  }

  private DenoisingState on(ToyModel model) {
    return DenoisingState.first(state.recipe().on(digest(model)), 0);
  }

  private String loaded() {
    return router.expectMessageClass(Router.Loaded.class).version();
  }

  private ActorRef<Replica.Command> spawn() {
    ServedModel served = new ServedModel(OLD, new ToyPlans(), 1, 1);
    ActorRef<Replica.Command> spawned =
        KIT.spawn(
            Replica.create(0, served, () -> VersionsInUse.of(OLD), Toys.options(4), router.ref()),
            Replica.ownThread());
    router.expectMessageClass(Router.Ready.class);
    return spawned;
  }

  private static String digest(ToyModel model) {
    return model.description().digest();
  }
}
