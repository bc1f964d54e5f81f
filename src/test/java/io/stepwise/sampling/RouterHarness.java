package io.stepwise.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.stepwise.batching.StepTime;
import io.stepwise.network.ToyModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.pattern.StatusReply;

/**
 * A router whose replicas are probes that the test speaks for.
 *
 * <p>One replica more than asked for is never ready: what is said of it tells the test that the
 * router has heard everything before.
 */
final class RouterHarness {

  private static final Replica.RunBatch MARK = new Replica.RunBatch(-1, -1, List.of());

  /** Hears what the generation is told of its images. */
  final TestProbe<Generation.News> generation;

  /** Hears whether the router takes the images on. */
  final TestProbe<Generation.News> answers;

  final ActorRef<Generation.News> generationRef;
  final ActorRef<Router.Command> router;
  final AtomicLong nanos = new AtomicLong();
  final AtomicReference<VersionsInUse> versions =
      new AtomicReference<>(VersionsInUse.of(ToyModel.named("toy")));
  final ListenerProbe listener = new ListenerProbe();

  private final ActorTestKit kit;
  private final BlockingQueue<StandIn> spawned = new LinkedBlockingQueue<>();
  private final TestProbe<ModelReadiness> readiness;
  private final StandIn bell;
  private int rings;

  /** Stands for a replica: what the router sends it arrives at the probe. */
  final class StandIn {

    final int slot;
    final ActorRef<Replica.Command> ref;
    private final TestProbe<Replica.Command> probe;
    private long incarnation;

    StandIn(int slot, ActorRef<Replica.Command> ref, TestProbe<Replica.Command> probe) {
      this.slot = slot;
      this.ref = ref;
      this.probe = probe;
    }

    void ready(long newIncarnation, StepTime... measured) {
      ready(newIncarnation, versions.get().digests(), measured);
    }

    void ready(long newIncarnation, Set<String> loaded, StepTime... measured) {
      incarnation = newIncarnation;
      router.tell(new Router.Ready(slot, ref, incarnation, loaded, List.of(measured)));
    }

    /** Returns the digest of the version that is to be loaded next. */
    String nextLoad() {
      Replica.Load order = probe.expectMessageClass(Replica.Load.class);
      assertThat(order.incarnation()).isEqualTo(incarnation);
      return order.version().description().digest();
    }

    void loaded(String version) {
      router.tell(new Router.Loaded(slot, incarnation, version, Duration.ofMillis(3)));
    }

    void loadFailed(String version, String reason) {
      router.tell(new Router.LoadFailed(slot, incarnation, version, reason));
    }

    void expectDrop(String version) {
      probe.expectMessage(new Replica.Drop(incarnation, version));
    }

    /** Returns the next batch that is meant for the present incarnation. */
    Replica.RunBatch nextBatch() {
      Replica.RunBatch batch = probe.expectMessageClass(Replica.RunBatch.class);
      return batch.incarnation() == incarnation ? batch : nextBatch();
    }

    /** Returns the images of the next batch as {@code request index @ step}. */
    List<String> nextNames() {
      return names(nextBatch());
    }

    /** Returns the next previews that are to be decoded, if they come before any batch. */
    Replica.Decode nextDecode() {
      return probe.expectMessageClass(Replica.Decode.class);
    }

    /** Answers as a replica must: each preview with itself. */
    void finish(Replica.Decode previews) {
      router.tell(
          new Router.Decoded(
              slot, previews.batchId(), StatusReply.success(List.copyOf(previews.states()))));
    }

    /** Answers as a replica must: every state one step on. */
    void finish(Replica.RunBatch batch) {
      finish(batch, Duration.ZERO);
    }

    void finish(Replica.RunBatch batch, Duration ran) {
      List<Replica.Outcome> outcomes = new ArrayList<>();
      batch.states().forEach(state -> outcomes.add(new Replica.Outcome(Toys.next(state), true)));
      router.tell(
          new Router.BatchDone(
              slot, batch.batchId(), batch.weights(), outcomes, Instant.EPOCH, ran, Duration.ZERO));
    }

    void fail(Replica.RunBatch batch, String reason) {
      router.tell(new Router.BatchFailed(slot, batch.batchId(), reason));
    }

    /** Ends the replica and waits until the router knows. */
    void die() {
      Adapter.toClassic(ref)
          .tell(PoisonPill.getInstance(), org.apache.pekko.actor.ActorRef.noSender());
      await(this, ModelReadiness.State.RESTARTING);
    }

    /** Waits until the replica is no more. */
    void awaitEnd() {
      probe.expectTerminated(ref);
    }

    /** Checks that nothing was sent since the last batch that the test has seen. */
    void expectNothing() {
      settle();
      ref.tell(MARK);
      probe.expectMessage(MARK);
    }
  }

  RouterHarness(ActorTestKit kit, SamplingOptions options, int replicas) {
    this.kit = kit;
    this.generation = kit.createTestProbe();
    this.answers = kit.createTestProbe();
    this.generationRef = kit.spawn(sorting());
    this.readiness = kit.createTestProbe();
    this.router =
        kit.spawn(
            Router.create(
                new ReplicaFleet(
                    "toy", versions, replicas + 1, (slot, to) -> standIn(slot), listener),
                options,
                nanos::get,
                readiness.ref()));
    List<StandIn> first = new ArrayList<>();
    for (int slot = 0; slot <= replicas; slot++) {
      first.add(spawned());
    }
    first.sort(Comparator.comparingInt(standIn -> standIn.slot));
    this.bell = first.remove(replicas);
    spawned.addAll(first);
  }

  /** Returns the replica that the router spawned next, in the order of the slots. */
  StandIn spawned() {
    try {
      StandIn standIn = spawned.poll(10, TimeUnit.SECONDS);
      assertThat(standIn).as("a spawned replica").isNotNull();
      return standIn;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the first replica, ready in its first incarnation. */
  StandIn readyReplica() {
    StandIn replica = spawned();
    replica.ready(1);
    return replica;
  }

  /** Waits until the router knows of a replica what the test has done to it. */
  void await(StandIn replica, ModelReadiness.State state) {
    for (int rings = 0; readiness(replica.slot).state() != state; rings++) {
      assertThat(rings)
          .as("rings until replica " + replica.slot + " is " + state)
          .isLessThan(10_000);
    }
  }

  boolean hasSpawnedMore() {
    settle();
    return !spawned.isEmpty();
  }

  void enqueue(String request, int images, int steps) {
    enqueue(Toys.recipe(request, steps), images);
  }

  void enqueue(Recipe recipe, int images) {
    router.tell(
        new Router.Enqueue(
            IntStream.range(0, images).mapToObj(i -> DenoisingState.first(recipe, i)).toList(),
            generationRef));
  }

  /** Waits until the router has heard all that it was told, and returns what it reports then. */
  ModelReadiness settle() {
    String ring = "ring " + ++rings;
    router.tell(new Router.CannotStart(bell.slot, bell.ref, ring));
    while (true) {
      ModelReadiness report = readiness.receiveMessage();
      if (report.replicas().get(bell.slot).detail().equals(ring)) {
        return report;
      }
    }
  }

  /** Returns how the replica of a slot fares. */
  ModelReadiness.Replica readiness(int slot) {
    return settle().replicas().get(slot);
  }

  void stop() {
    kit.stop(router);
  }

  /** Checks that the generation is told of a step next, in a batch that was sent then. */
  void expectStep(int image, int step, long batchSentNanos) {
    Generation.StepTaken taken = generation.expectMessageClass(Generation.StepTaken.class);
    assertThat(List.of(taken.state().image(), taken.state().step())).containsExactly(image, step);
    assertThat(taken.batchSentNanos()).isEqualTo(batchSentNanos);
    assertThat(taken.preview()).isNull();
  }

  /** Checks that the generation was told nothing more. */
  void expectSilence() {
    settle();
    Generation.News mark = new Generation.ImageLost(-1, "mark");
    generationRef.tell(mark);
    generation.expectMessage(mark);
  }

  static List<String> names(Replica.RunBatch batch) {
    return batch.states().stream()
        .map(state -> state.recipe().request() + state.image() + "@" + state.step())
        .toList();
  }

  private Behavior<Generation.News> sorting() {
    return Behaviors.receiveMessage(
        message -> {
          boolean isAnswer =
              message instanceof Generation.Admitted || message instanceof Generation.TurnedAway;
          (isAnswer ? answers : generation).ref().tell(message);
          return Behaviors.same();
        });
  }

  private Behavior<Replica.Command> standIn(int slot) {
    return Behaviors.setup(
        context -> {
          TestProbe<Replica.Command> probe = kit.createTestProbe();
          spawned.add(new StandIn(slot, context.getSelf(), probe));
          return Behaviors.receiveMessage(
              message -> {
                probe.ref().tell(message);
                return Behaviors.same();
              });
        });
  }
}
