package io.stepwise.sampling;

import io.stepwise.batching.CostModel;
import io.stepwise.batching.StepTime;
import io.stepwise.network.DenoisingModel;
import io.stepwise.sampling.BatchesInFlight.Batch;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Owns the images of one model: gathers those that are ready for a step into batches, gives these
 * to replicas that have asked for work, and hears what became of them.
 *
 * <pre>
 *   Generation --Enqueue--> Router --RunBatch--> Replica          at most batchesInFlight for each
 *   Generation &lt;-StepTaken- Router &lt;-BatchDone-- Replica          which is also the next demand
 * </pre>
 *
 * <p>It keeps the states that a batch began with until the batch is done, and takes them back when
 * the replica fails, ends, comes back as a new incarnation, or lets the batch's deadline pass. So
 * an image loses one step at most. Results of a batch that was taken back are ignored; the repeated
 * step gives the same ones, since a step is a function of its state. The batch that ran is repeated
 * in parts ({@link Attempt#split}); those that waited behind it, as they are.
 *
 * <p>A replica that hangs in native code cannot be ended: it is left to itself and another takes
 * its place, up to a bound.
 */
public final class Router extends AbstractBehavior<Router.Command> {

  /** What a router understands. */
  sealed interface Command {}

  /** What a router is told by others than its replicas. */
  public sealed interface Order extends Command {}

  /**
   * New images of one generation, which is told whether they are taken on and then of each of them
   * by index.
   */
  public record Enqueue(List<DenoisingState> states, ActorRef<Generation.News> generation)
      implements Order {

    /** Copies the list. */
    public Enqueue {
      states = List.copyOf(states);
    }
  }

  /** Images that were taken on before, by another router, and are to go on here in any case. */
  public record Resume(List<DenoisingState> states, ActorRef<Generation.News> generation)
      implements Order {

    /** Copies the list. */
    public Resume {
      states = List.copyOf(states);
    }
  }

  /** The generation wants no more; its images are dropped, those in flight when they return. */
  public record Withdraw(String request, ActorRef<Generation.News> generation) implements Order {}

  /**
   * A replica can work. A new incarnation knows nothing of batches sent to an earlier one.
   *
   * @param versions digests of the weights that it has
   * @param measured how long steps took that it ran to try itself
   */
  record Ready(
      int slot,
      ActorRef<Replica.Command> replica,
      long incarnation,
      Set<String> versions,
      List<StepTime> measured)
      implements Command {

    Ready {
      versions = Set.copyOf(versions);
      measured = List.copyOf(measured);
    }
  }

  /** A replica could not load its weights and will try again. */
  record CannotStart(int slot, ActorRef<Replica.Command> replica, String reason)
      implements Command {}

  /**
   * Every state of the batch is one step on, in the order of the batch.
   *
   * @param weights digest of the weights that the step was computed with
   * @param started when the replica began with it
   * @param ran how long the step took the replica
   * @param decoded how long it then decoded those that are finished; zero if none is
   */
  record BatchDone(
      int slot,
      long batchId,
      String weights,
      List<Replica.Outcome> outcomes,
      Instant started,
      Duration ran,
      Duration decoded)
      implements Command {

    BatchDone {
      outcomes = List.copyOf(outcomes);
    }
  }

  /** The batch could not be run and its replica is about to start anew. */
  record BatchFailed(int slot, long batchId, String reason) implements Command {}

  /** A preview, [C, H, W] of the model's states, that these weights made and are to decode. */
  public record Decode(long id, String weights, float[] state, ActorRef<Renderer.News> replyTo)
      implements Order {}

  /** The images of the previews that a replica was given, in their order, or why there are none. */
  record Decoded(int slot, long batchId, StatusReply<List<float[]>> images) implements Command {}

  /** Loads a version beside those in use; replies when every ready replica can work with it. */
  public record LoadVersion(DenoisingModel version, ActorRef<StatusReply<Done>> replyTo)
      implements Order {}

  /** New images begin on a version from now on. */
  public record PreferVersion(String digest) implements Order {}

  /** No image comes any more for a version, which is freed. */
  public record DropVersion(String digest) implements Order {}

  /** A replica has loaded one more version. */
  record Loaded(int slot, long incarnation, String version, Duration took) implements Command {}

  /** A replica could not load one more version, and goes on with those that it has. */
  record LoadFailed(int slot, long incarnation, String version, String reason) implements Command {}

  /** Has every batch reported from now on, or none any more where there is nobody to tell. */
  public record ReportBatches(@Nullable ActorRef<FleetWatch.News> to) implements Order {}

  /** Asks how the model fares. */
  public record Report(ActorRef<FleetWatch.News> replyTo) implements Order {}

  /** The batch has run for too long. */
  record BatchOverdue(int slot, long batchId) implements Command {}

  /** The replica is no more. */
  record ReplicaStopped(int slot, ActorRef<Replica.Command> replica) implements Command {}

  /** The slot is to have a replica again. */
  record Refill(int slot) implements Command {}

  /** Batches may be due that nothing else gives the occasion for. */
  enum Wake implements Command {
    INSTANCE
  }

  private final SamplingOptions.Replicas options;
  private final Ticker ticker;
  private final ActorRef<ModelReadiness> readinessTo;
  private final CostModel costs;
  private final ImageLedger ledger;
  private final RouterAdmission admission;
  private final ReplicaSlots slots;
  private final ReplicaLifecycle replicas;
  private final Versions versions;
  private final Decodings decodings = new Decodings();
  private final RouterReports reports;

  /**
   * Returns the router of a model, which spawns its replicas at once.
   *
   * @param listener hears what the replicas do
   * @param ticker the clock of all times in the states that it is given
   * @param readinessTo is told every change of readiness
   */
  public static Behavior<Order> create(
      ServedModel model,
      SamplingOptions options,
      SamplingListener listener,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    ReplicaFleet fleet = ReplicaFleet.of(model, options, new ShieldedListener(listener));
    return create(fleet, options, ticker, readinessTo).narrow();
  }

  /** Returns the router of these replicas. */
  static Behavior<Command> create(
      ReplicaFleet fleet,
      SamplingOptions options,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers ->
                            new Router(context, timers, fleet, options, ticker, readinessTo))))
        .onFailure(RuntimeException.class, SupervisorStrategy.restart());
  }

  private Router(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ReplicaFleet fleet,
      SamplingOptions options,
      Ticker ticker,
      ActorRef<ModelReadiness> readinessTo) {
    super(context);
    context.setLoggerName(Router.class);
    this.options = options.replicas();
    this.ticker = ticker;
    this.readinessTo = readinessTo;
    SamplingOptions.Scheduling scheduling = options.scheduling();
    this.costs = new CostModel(this.options.maxBatchRows(), scheduling.maxStep().toNanos());
    this.ledger = new ImageLedger(scheduling.newPlanner(costs), costs, this.options);
    this.admission = new RouterAdmission(scheduling, costs);
    this.reports = new RouterReports(fleet.model(), fleet.listener());
    this.slots = new ReplicaSlots(context, timers, fleet, this.options);
    this.replicas = new ReplicaLifecycle(context, fleet, this.options, ledger, decodings, slots);
    this.versions = replicas.versions();
    reportReadiness();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Enqueue.class, this::onEnqueue)
        .onMessage(Resume.class, this::onResume)
        .onMessage(Withdraw.class, this::onWithdraw)
        .onMessage(Ready.class, ready -> after(() -> replicas.started(ready, costs)))
        .onMessage(CannotStart.class, news -> after(() -> replicas.cannotStart(news)))
        .onMessage(Loaded.class, loaded -> after(() -> replicas.loaded(loaded)))
        .onMessage(LoadFailed.class, failed -> after(() -> replicas.loadFailed(failed)))
        .onMessage(BatchDone.class, this::onBatchDone)
        .onMessage(BatchFailed.class, failed -> after(() -> replicas.batchFailed(failed)))
        .onMessage(BatchOverdue.class, overdue -> after(() -> replicas.overdue(overdue)))
        .onMessage(ReplicaStopped.class, stopped -> after(() -> replicas.stopped(stopped)))
        .onMessage(Refill.class, this::onRefill)
        .onMessage(Wake.class, wake -> dispatch())
        .onMessage(Decode.class, this::onDecode)
        .onMessage(Decoded.class, this::onDecoded)
        .onMessage(LoadVersion.class, order -> after(() -> versions.load(order)))
        .onMessage(PreferVersion.class, order -> after(() -> versions.prefer(order.digest())))
        .onMessage(DropVersion.class, order -> after(() -> versions.drop(order.digest())))
        .onMessage(ReportBatches.class, this::onReportBatches)
        .onMessage(Report.class, this::onReport)
        .onSignal(PreRestart.class, signal -> onEnd())
        .onSignal(PostStop.class, signal -> onEnd())
        .build();
  }

  private Behavior<Command> onEnqueue(Enqueue message) {
    long now = ticker.nanos();
    Generation.News answer = admission.answer(message, ledger, slots.ready().size(), now);
    message.generation().tell(answer);
    if (answer instanceof Generation.TurnedAway) {
      return this;
    }
    ledger.enter(message.states(), message.generation(), now);
    return dispatch();
  }

  private Behavior<Command> onResume(Resume message) {
    ledger.enter(message.states(), message.generation(), ticker.nanos());
    return dispatch();
  }

  private Behavior<Command> onWithdraw(Withdraw message) {
    ledger.leave(message.request(), message.generation());
    return this;
  }

  private Behavior<Command> onBatchDone(BatchDone done) {
    if (ledger.isOfOtherWeights(done)) {
      return after(() -> replicas.otherWeightsRan(done));
    }
    Optional<Batch> batch = ledger.finish(done.slot(), done.batchId());
    if (batch.isEmpty()) {
      getContext().getLog().debug("batch [{}]: late result ignored", done.batchId());
      return this;
    }
    watchTheClock(done.slot());
    List<QueuedImage> images = batch.get().attempt().images();
    admission.learn(images, done);
    reports.batchFinished(batch.get(), done, costs.batchRows());
    List<QueuedImage> unfinished = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (ledger.isWanted(images.get(i))) {
        images
            .get(i)
            .stepOver(done.outcomes().get(i), batch.get().sentNanos())
            .ifPresent(unfinished::add);
      }
    }
    ledger.goOn(unfinished, ticker.nanos());
    return dispatch();
  }

  private Behavior<Command> onRefill(Refill refill) {
    slots.fill(slots.get(refill.slot()));
    return this;
  }

  private Behavior<Command> onDecode(Decode wish) {
    decodings.add(wish, versions.inUse());
    return dispatch();
  }

  private Behavior<Command> onDecoded(Decoded decoded) {
    if (ledger.finish(decoded.slot(), decoded.batchId()).isPresent()) {
      watchTheClock(decoded.slot());
      decodings.finish(decoded.images());
    }
    return dispatch();
  }

  private Behavior<Command> onReportBatches(ReportBatches message) {
    reports.reportBatches(message.to());
    return this;
  }

  private Behavior<Command> onReport(Report message) {
    message.replyTo().tell(reports.report(ledger, costs, versions.inUse(), slots.all()));
    return this;
  }

  /** Leaves no generation waiting for images that this router will not remember. */
  private Behavior<Command> onEnd() {
    decodings.loseAll("the router failed");
    versions.giveUp("the router failed");
    ledger.leaveAll().forEach(generation -> generation.tell(Generation.RouterLost.INSTANCE));
    return this;
  }

  /** Does what there is to do after news of a replica or a version. */
  private Behavior<Command> after(Runnable change) {
    change.run();
    versions.settle();
    reportReadiness();
    return dispatch();
  }

  /** Gives batches to replicas for as long as there is one to give and one to take it. */
  private Behavior<Command> dispatch() {
    List<Integer> ready = slots.ready();
    long now = ticker.nanos();
    decodings.send(ledger, slots.all(), now).ifPresent(this::watchTheClock);
    for (Optional<Batch> batch = ledger.send(ready, now);
        batch.isPresent();
        batch = ledger.send(ready, now)) {
      watchTheClock(batch.get());
      slots.run(batch.get());
    }
    slots.wakeAt(ledger.wakeNanos(now), now);
    return this;
  }

  private void watchTheClock(Batch sent) {
    if (ledger.running(sent.slot()).equals(Optional.of(sent))) {
      watchTheClock(sent.slot());
    }
  }

  /** Gives the batch that a replica now runs its deadline; the one before has none any more. */
  private void watchTheClock(int slot) {
    slots.watchTheClock(slot, ledger.running(slot));
  }

  private void reportReadiness() {
    readinessTo.tell(slots.readiness());
  }
}
