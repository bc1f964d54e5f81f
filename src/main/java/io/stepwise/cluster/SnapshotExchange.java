package io.stepwise.cluster;

import io.stepwise.sampling.ModelVersions.Canary;
import io.stepwise.sampling.VersionChoice;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * Shares the versions of one model with the other nodes: tells them which this node has, gets those
 * it lacks, and knows which ones new images begin on everywhere.
 *
 * <pre>
 *   trainer --Published--&gt; SnapshotExchange &lt;--Holding, Chosen--&gt; the exchanges of all nodes
 *   gateway --Choose-----&gt;       |  SnapshotPull --GiveChunk--&gt; SnapshotSender of another node
 *   sampler --Fetch------&gt;       '--VersionChoice--&gt; who attends
 * </pre>
 *
 * <p>The store is looked at first: what lies there, because another node writes into the same
 * folder, is not got again. The versions that are chosen are got and made current on every node.
 */
final class SnapshotExchange extends AbstractBehavior<SnapshotExchange.Command> {

  /** What an exchange understands. */
  sealed interface Command {}

  /** The trainer of this node has published a version, on which new images are to begin. */
  record Published(Snapshot snapshot) implements Command {}

  /**
   * Has new images begin on a version everywhere; answered when most nodes were told.
   *
   * @param share of the new images that are to begin on it; null for all
   */
  record Choose(String digest, @Nullable Double share, ActorRef<StatusReply<Done>> replyTo)
      implements Command {}

  /** Answered when the store has a version, or it cannot be had. */
  record Fetch(String digest, ActorRef<StatusReply<Done>> replyTo) implements Command {}

  /** Asks for the versions that other nodes have. */
  record GetOthers(ActorRef<Holdings> replyTo) implements Command {}

  /** Has somebody told which versions are chosen, now and whenever that changes. */
  record Attend(ActorRef<VersionChoice> listener) implements Command {}

  /**
   * A pull is over.
   *
   * @param failure why the version is not there; null if it is
   */
  record PullEnded(String digest, @Nullable String failure) implements Command {}

  /** What the cluster knows has changed. */
  record LedgerChanged(Runnable change) implements Command {}

  private record Scanned(@Nullable Shelf shelf, @Nullable Throwable failure) implements Command {}

  private record Pointed(String digest, @Nullable Throwable failure) implements Command {}

  private record ListenerStopped(ActorRef<VersionChoice> listener) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** Somebody who waits for a version. */
  private record Waiting(ActorRef<StatusReply<Done>> replyTo, long sinceNanos) {}

  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Ticks from one look at the store to the next. */
  private static final int SCAN_EVERY = 5;

  /** Time without a pull after which a version is taken for one that nobody has. */
  private static final Duration LONGEST_SEARCH = Duration.ofSeconds(30);

  private final SnapshotStore store;
  private final String model;
  private final SnapshotPull.Pace pace;
  private final SnapshotLedger ledger;
  private final Executor blocking;
  private final Set<ActorRef<VersionChoice>> listeners = new HashSet<>();
  private final Map<String, ActorRef<SnapshotPull.Command>> pulls = new HashMap<>();
  private final Map<String, List<Waiting>> waiting = new HashMap<>();
  private final Map<String, String> troubles = new HashMap<>();
  private @Nullable Shelf shelf;
  private @Nullable VersionChoice told;
  private @Nullable String announced;
  private boolean isScanning;
  private boolean isStale;
  private boolean isPointing;
  private int ticks;

  /**
   * Returns the exchange of a model.
   *
   * @param pace how versions are got
   */
  static Behavior<Command> create(String model, SnapshotStore store, SnapshotPull.Pace pace) {
    return Behaviors.supervise(
            Behaviors.<Command>setup(
                context ->
                    Behaviors.withTimers(
                        timers -> {
                          timers.startTimerWithFixedDelay(Tick.INSTANCE, PERIOD);
                          return new SnapshotExchange(context, model, store, pace);
                        })))
        .onFailure(RuntimeException.class, SupervisorStrategy.resume());
  }

  private SnapshotExchange(
      ActorContext<Command> context, String model, SnapshotStore store, SnapshotPull.Pace pace) {
    super(context);
    context.setLoggerName(SnapshotExchange.class);
    this.model = model;
    this.store = store;
    this.pace = pace;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    ActorRef<SnapshotSender.Order> sender =
        context.spawn(
            SnapshotSender.create(store, pace.chunkBytes()),
            "sender",
            DispatcherSelector.blocking());
    this.ledger = new SnapshotLedger(context, model, sender);
    scan();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Published.class, this::onPublished)
        .onMessage(Choose.class, this::onChoose)
        .onMessage(Fetch.class, this::onFetch)
        .onMessage(GetOthers.class, this::onGetOthers)
        .onMessage(Attend.class, this::onAttend)
        .onMessage(ListenerStopped.class, this::onListenerStopped)
        .onMessage(LedgerChanged.class, this::onLedgerChanged)
        .onMessage(Scanned.class, this::onScanned)
        .onMessage(Pointed.class, this::onPointed)
        .onMessage(PullEnded.class, this::onPullEnded)
        .onMessage(Tick.class, tick -> onTick())
        .build();
  }

  private Behavior<Command> onPublished(Published published) {
    announced = published.snapshot().digest();
    return scan();
  }

  private Behavior<Command> onChoose(Choose order) {
    long now = System.currentTimeMillis();
    Double share = order.share();
    ledger.choose(
        chosen ->
            share == null
                ? chosen.activated(order.digest(), now)
                : chosen.triedOut(new Canary(order.digest(), share), now),
        order.replyTo());
    return this;
  }

  private Behavior<Command> onFetch(Fetch fetch) {
    waiting
        .computeIfAbsent(fetch.digest(), digest -> new ArrayList<>())
        .add(new Waiting(fetch.replyTo(), System.nanoTime()));
    return scan();
  }

  private Behavior<Command> onGetOthers(GetOthers get) {
    get.replyTo().tell(ledger.others());
    return this;
  }

  private Behavior<Command> onAttend(Attend attend) {
    if (listeners.add(attend.listener())) {
      getContext().watchWith(attend.listener(), new ListenerStopped(attend.listener()));
    }
    if (told != null) {
      attend.listener().tell(told);
    }
    return this;
  }

  private Behavior<Command> onListenerStopped(ListenerStopped stopped) {
    listeners.remove(stopped.listener());
    return this;
  }

  private Behavior<Command> onLedgerChanged(LedgerChanged changed) {
    changed.change().run();
    pulls.forEach(
        (digest, pull) -> pull.tell(new SnapshotPull.Senders(ledger.others().senders(digest))));
    return settle();
  }

  /** Looks at the store; who waits for a version is answered when it is found there. */
  private Behavior<Command> scan() {
    isStale = isScanning;
    if (!isScanning) {
      isScanning = true;
      getContext().pipeToSelf(call(() -> Shelf.read(store)), Scanned::new);
    }
    return this;
  }

  private Behavior<Command> onScanned(Scanned scanned) {
    isScanning = false;
    if (isStale) {
      return scan();
    }
    isPointing = false;
    Shelf found = scanned.shelf();
    if (found == null) {
      getContext().getLog().warn("versions of [{}] cannot be read", model, scanned.failure());
      return this;
    }
    if (!found.equals(shelf)) {
      shelf = found;
      ledger.hold(found);
    }
    String digest = announced;
    if (digest != null && found.has(digest)) {
      announced = null;
      ledger.choose(chosen -> chosen.published(digest, System.currentTimeMillis()), null);
    }
    return settle();
  }

  /** Does what there is to do after anything has changed. */
  private Behavior<Command> settle() {
    Shelf here = shelf;
    if (here == null) {
      return this;
    }
    waiting.keySet().stream().filter(here::has).toList().forEach(this::answer);
    waiting.keySet().forEach(this::pull);
    ledger.propose(here).ifPresent(chosen -> follow(chosen, here));
    return this;
  }

  private void follow(Chosen chosen, Shelf here) {
    VersionChoice choice = chosen.of(model);
    if (!choice.equals(told)) {
      told = choice;
      getContext().getLog().info("new images of [{}] begin on [{}]", model, choice.current());
      listeners.forEach(listener -> listener.tell(choice));
    }
    Canary canary = chosen.canary();
    if (canary != null && !here.has(canary.digest())) {
      pull(canary.digest());
    }
    String current = chosen.current();
    if (!here.has(current)) {
      pull(current);
    } else if (!isPointing && !current.equals(here.current())) {
      isPointing = true;
      getContext()
          .pipeToSelf(call(() -> store.activate(current)), (done, e) -> new Pointed(current, e));
    }
  }

  private Behavior<Command> onPointed(Pointed pointed) {
    Throwable failure = pointed.failure();
    if (failure == null) {
      return scan();
    }
    getContext()
        .getLog()
        .warn("[{}] is not written down as current: {}", pointed.digest(), failure.getMessage());
    return this;
  }

  private void pull(String digest) {
    Optional<VersionDescriptor> found = ledger.others().find(digest);
    if (found.isEmpty() || pulls.containsKey(digest) || troubles.containsKey(digest)) {
      return;
    }
    getContext().getLog().info("getting [{}] of [{}] from another node", digest, model);
    ActorRef<SnapshotPull.Command> pull =
        getContext()
            .spawnAnonymous(
                SnapshotPull.create(
                    store,
                    found.get(),
                    pace,
                    ledger.others().senders(digest),
                    getContext().getSelf().narrow()),
                DispatcherSelector.blocking());
    pulls.put(digest, pull);
    getContext().watchWith(pull, new PullEnded(digest, "it cannot be written"));
  }

  private Behavior<Command> onPullEnded(PullEnded ended) {
    ActorRef<SnapshotPull.Command> pull = pulls.remove(ended.digest());
    if (pull == null) {
      return this;
    }
    getContext().unwatch(pull);
    String failure = ended.failure();
    if (failure != null) {
      getContext().getLog().warn("[{}] of [{}]: {}", ended.digest(), model, failure);
      troubles.put(ended.digest(), failure);
      return this;
    }
    getContext().getLog().info("[{}] of [{}] is here", ended.digest(), model);
    return scan();
  }

  /** Tries again what failed, and gives up what was sought in vain. */
  private Behavior<Command> onTick() {
    long now = System.nanoTime();
    waiting.forEach(
        (digest, whoWait) -> {
          if (!pulls.containsKey(digest)) {
            whoWait.removeIf(one -> isTooOld(one, digest, now));
          }
        });
    waiting.values().removeIf(List::isEmpty);
    ledger.tidy();
    if (++ticks % SCAN_EVERY == 0 || !troubles.isEmpty()) {
      troubles.clear();
      return scan();
    }
    return settle();
  }

  private boolean isTooOld(Waiting one, String digest, long now) {
    boolean isTooOld = now - one.sinceNanos() > LONGEST_SEARCH.toNanos();
    if (isTooOld) {
      String why = troubles.getOrDefault(digest, "no node has it");
      one.replyTo().tell(StatusReply.error("snapshot: " + digest + ": " + why));
    }
    return isTooOld;
  }

  private void answer(String digest) {
    List<Waiting> answered = waiting.remove(digest);
    if (answered != null) {
      answered.forEach(one -> one.replyTo().tell(StatusReply.ack()));
    }
  }

  private <T> CompletableFuture<T> call(Supplier<T> question) {
    return CompletableFuture.supplyAsync(question, blocking);
  }
}
