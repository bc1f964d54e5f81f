package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.sampling.ChoiceFollowing.Step;
import io.stepwise.sampling.ModelVersions.Refused;
import io.stepwise.snapshot.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Takes versions of one model into use, one at a time, and is the only one that asks the model's
 * store.
 *
 * <pre>
 *   Published, Activate --&gt; read and check --&gt; every replica loads --&gt; the store's pointer --&gt; UseVersion
 *                           (the store)        (service, router)       (the store)            (service)
 * </pre>
 *
 * <p>A change that fails on the way leaves all as it was. A version that is published meanwhile
 * waits, the newest only. An activation waits for a published version alone, and goes before one
 * that waits; while another activation is carried out or waits it is refused. The store is asked on
 * a dispatcher for blocking calls, in the order of the questions.
 */
final class Rollout extends AbstractBehavior<Rollout.Command> {

  /** What a rollout understands. */
  sealed interface Command {}

  /** A version was published, and is what the store has current. */
  record Published(Snapshot snapshot) implements Command {}

  /**
   * Takes a version into use that the store has.
   *
   * @param version its digest, or a beginning of it that no other version has
   * @param share of the new images that are to begin on it; null for all
   */
  record Activate(String version, @Nullable Double share, ActorRef<Activation> replyTo)
      implements Command {}

  /**
   * Completes what the service knows of the versions.
   *
   * @param known all but the history
   */
  record Report(ModelVersions known, ActorRef<StatusReply<ModelVersions>> replyTo)
      implements Command {}

  /** Versions were chosen for several services, of which this is one. */
  record Follow(VersionChoice choice) implements Command {}

  /** Names the versions that replicas have, which the store must keep. */
  record InUse(Set<String> digests) implements Command {}

  /** The version that is to be used, and who wants to know; nobody where it was published. */
  private record Change(Step step, @Nullable ActorRef<Activation> replyTo) {

    String version() {
      return step.version();
    }

    /** Returns whether others have chosen it, so that it is written down already. */
    boolean isAnnounced() {
      return replyTo == null;
    }
  }

  /** A choice that could not be followed may be possible to follow now. */
  private enum TryAgain implements Command {
    INSTANCE
  }

  private record Read(@Nullable DenoisingModel version, @Nullable Throwable failure)
      implements Command {}

  private record LoadEnded(DenoisingModel version, @Nullable Throwable failure)
      implements Command {}

  private record Pointed(DenoisingModel version, @Nullable Throwable failure) implements Command {}

  private record Told(
      ModelVersions known,
      ActorRef<StatusReply<ModelVersions>> replyTo,
      @Nullable List<Snapshot> history,
      @Nullable Throwable failure)
      implements Command {}

  private record Pinned(@Nullable Throwable failure) implements Command {}

  private static final Duration LONGEST_LOAD = Duration.ofMinutes(5);

  /** Whoever ordered an activation is not to be surprised by it when he has given up. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(15);

  private final ModelDescription model;
  private final VersionStore store;
  private final ActorRef<SamplingService.Command> service;
  private final SamplingListener listener;
  private final Executor blocking;
  private CompletionStage<?> storeCalls = CompletableFuture.completedStage(Done.getInstance());
  private final ChoiceFollowing following;
  private Set<String> inUse;
  private @Nullable Change change;
  private @Nullable Change ordered;
  private long orderedNanos;
  private @Nullable Refused refused;

  /**
   * Returns the rollout of a model.
   *
   * @param model what every version must be, but for its digest
   */
  static Behavior<Command> create(
      ModelDescription model,
      VersionStore store,
      ActorRef<SamplingService.Command> service,
      SamplingListener listener) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context -> new Rollout(context, model, store, service, listener)))
        .onFailure(RuntimeException.class, SupervisorStrategy.restart());
  }

  private Rollout(
      ActorContext<Command> context,
      ModelDescription model,
      VersionStore store,
      ActorRef<SamplingService.Command> service,
      SamplingListener listener) {
    super(context);
    context.setLoggerName(Rollout.class);
    this.model = model;
    this.store = store;
    this.service = service;
    this.listener = listener;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.following = new ChoiceFollowing(model.digest());
    this.inUse = Set.of(model.digest());
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Published.class, news -> after(() -> following.publish(news.snapshot())))
        .onMessage(Follow.class, order -> after(() -> following.choose(order.choice())))
        .onMessage(TryAgain.class, again -> after(following::tryAgain))
        .onMessage(Activate.class, this::onActivate)
        .onMessage(Read.class, this::onRead)
        .onMessage(LoadEnded.class, this::onLoadEnded)
        .onMessage(Pointed.class, this::onPointed)
        .onMessage(Report.class, this::onReport)
        .onMessage(Told.class, this::onTold)
        .onMessage(InUse.class, this::onInUse)
        .onMessage(Pinned.class, this::onPinned)
        .onSignal(PreRestart.class, signal -> onPreRestart())
        .build();
  }

  private Behavior<Command> after(Runnable change) {
    change.run();
    return goOn();
  }

  private Behavior<Command> onActivate(Activate order) {
    Change next = new Change(new Step(order.version(), order.share(), true), order.replyTo());
    if (change == null) {
      return begin(next);
    }
    if (change.isAnnounced() && ordered == null) {
      ordered = next;
      orderedNanos = System.nanoTime();
      return this;
    }
    Change before = ordered == null ? change : ordered;
    String message = "version: another one is being taken into use, " + before.version();
    reply(next, new Activation.Refused(message));
    return this;
  }

  private Behavior<Command> begin(Change next) {
    change = next;
    Set<String> keep = inUse;
    askStore(() -> read(next.version(), keep), Read::new);
    return this;
  }

  private DenoisingModel read(String version, Set<String> keep) {
    String digest = store.find(version);
    store.pin(Stream.concat(keep.stream(), Stream.of(digest)).collect(Collectors.toSet()));
    DenoisingModel read = store.load(digest);
    read.description()
        .difference(model)
        .ifPresent(
            difference -> {
              throw new IllegalStateException(
                  "version: %s does not suit %s: %s".formatted(digest, model.name(), difference));
            });
    return read;
  }

  private Behavior<Command> onRead(Read read) {
    DenoisingModel version = read.version();
    if (version == null) {
      return fail(read.failure());
    }
    getContext()
        .askWithStatus(
            Done.class,
            service,
            LONGEST_LOAD,
            replyTo -> new SamplingService.LoadVersion(model.name(), version, replyTo),
            (done, failure) -> new LoadEnded(version, failure));
    return this;
  }

  private Behavior<Command> onLoadEnded(LoadEnded ended) {
    if (change == null || ended.failure() != null) {
      return fail(ended.failure());
    }
    DenoisingModel version = ended.version();
    if (change.isAnnounced()) {
      return use(version);
    }
    Double share = change.step().share();
    askStore(
        () -> {
          if (share == null) {
            store.activate(VersionsInUse.digest(version));
          } else {
            store.tryOut(VersionsInUse.digest(version), share);
          }
          return version;
        },
        (pointed, failure) -> new Pointed(version, failure));
    return this;
  }

  private Behavior<Command> onPointed(Pointed pointed) {
    return pointed.failure() == null ? use(pointed.version()) : fail(pointed.failure());
  }

  private Behavior<Command> use(DenoisingModel version) {
    String digest = VersionsInUse.digest(version);
    Change done = change;
    if (done != null) {
      Step step = new Step(digest, done.step().share(), done.step().endsTrial());
      service.tell(
          new SamplingService.UseVersion(version.description(), step.share(), step.endsTrial()));
      following.used(step);
      if (!done.isAnnounced()) {
        following.choose(null);
      }
      getContext().getLog().info("[{}] is served with [{}]", model.name(), digest);
      reply(done, new Activation.Activated(digest));
    }
    refused = null;
    return end();
  }

  private Behavior<Command> fail(@Nullable Throwable failure) {
    Change failed = change;
    if (failed != null) {
      Throwable cause = cause(failure);
      String reason =
          cause instanceof TimeoutException ? "it took too long" : NetworkException.reason(cause);
      getContext()
          .getLog()
          .warn("[{}] is not served with [{}]: {}", model.name(), failed.version(), reason);
      service.tell(new SamplingService.AbandonVersion(model.name()));
      if (cause instanceof IllegalArgumentException) {
        reply(failed, new Activation.Unknown(reason));
      } else {
        refused = new Refused(failed.version(), reason);
        listener.versionRefused(model.name());
        reply(failed, new Activation.Refused(reason));
      }
      if (failed.isAnnounced() && following.hold()) {
        getContext().scheduleOnce(BETWEEN_TRIES, getContext().getSelf(), TryAgain.INSTANCE);
      }
    }
    return end();
  }

  private static void reply(Change change, Activation outcome) {
    if (change.replyTo() != null) {
      change.replyTo().tell(outcome);
    }
  }

  private Behavior<Command> end() {
    change = null;
    return goOn();
  }

  private Behavior<Command> goOn() {
    if (change != null) {
      return this;
    }
    Change first = ordered;
    if (first != null) {
      ordered = null;
      if (System.nanoTime() - orderedNanos < LONGEST_WAIT.toNanos()) {
        return begin(first);
      }
      reply(first, new Activation.Refused("version: its turn came too late, try again"));
    }
    Step next = following.next();
    return next == null ? this : begin(new Change(next, null));
  }

  private Behavior<Command> onReport(Report report) {
    askStore(
        store::history,
        (history, failure) -> new Told(report.known(), report.replyTo(), history, failure));
    return this;
  }

  private Behavior<Command> onTold(Told told) {
    ModelVersions known = told.known();
    told.replyTo()
        .tell(
            told.history() == null
                ? StatusReply.error(NetworkException.reason(cause(told.failure())))
                : StatusReply.success(known.with(told.history(), refused)));
    return this;
  }

  private Behavior<Command> onInUse(InUse message) {
    inUse = message.digests();
    Set<String> keep = inUse;
    askStore(
        () -> {
          store.pin(keep);
          return keep;
        },
        (pinned, failure) -> new Pinned(failure));
    return this;
  }

  private Behavior<Command> onPinned(Pinned pinned) {
    if (pinned.failure() != null) {
      getContext().getLog().warn("versions in use may be removed", pinned.failure());
    }
    return this;
  }

  private Behavior<Command> onPreRestart() {
    String reason = "the actor that takes versions into use failed";
    if (ordered != null) {
      reply(ordered, new Activation.Refused(reason));
      ordered = null;
    }
    return fail(new IllegalStateException(reason));
  }

  /** Has the store asked when all earlier questions have been answered. */
  private <T> void askStore(
      Supplier<T> question, BiFunction<@Nullable T, @Nullable Throwable, Command> answer) {
    CompletionStage<T> call =
        storeCalls.handle((done, failure) -> done).thenApplyAsync(last -> question.get(), blocking);
    storeCalls = call;
    getContext().pipeToSelf(call, answer::apply);
  }

  private static Throwable cause(@Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause == null ? new IllegalStateException("nothing came of it") : cause;
  }
}
