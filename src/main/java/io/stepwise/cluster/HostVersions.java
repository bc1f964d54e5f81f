package io.stepwise.cluster;

import io.stepwise.network.DenoisingModel;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkException;
import io.stepwise.sampling.Router;
import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionChoice;
import io.stepwise.sampling.VersionStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Has the router of a host load the versions that are chosen for all nodes, and those that a
 * placement wants for images under way, one at a time; frees those that nobody wants any more.
 */
final class HostVersions extends AbstractBehavior<HostVersions.Command> {

  /** What it understands. */
  sealed interface Command {}

  /** The versions that a placement needs; none where it is no more. */
  record Wanted(ActorRef<Placement.News> placement, List<String> versions) implements Command {

    Wanted {
      versions = List.copyOf(versions);
    }
  }

  private record Chosen(VersionChoice choice) implements Command {}

  private record Read(String version, @Nullable DenoisingModel model, @Nullable Throwable failure)
      implements Command {}

  private record Loaded(String version, @Nullable Throwable failure) implements Command {}

  private enum TryAgain implements Command {
    INSTANCE
  }

  private static final Duration LONGEST_LOAD = Duration.ofMinutes(4);
  private static final Duration BETWEEN_TRIES = Duration.ofSeconds(5);

  private final ModelDescription model;
  private final VersionStore store;
  private final ActorRef<Router.Order> router;
  private final ActorRef<ModelHost.InUse> host;
  private final Executor blocking;
  private final Map<ActorRef<Placement.News>, List<String>> wanted = new LinkedHashMap<>();
  private final Set<String> inUse = new LinkedHashSet<>();
  private final Set<String> failed = new HashSet<>();
  private @Nullable VersionChoice choice;
  private @Nullable String loading;
  private ModelHost.@Nullable InUse told;
  private String preferred;

  /**
   * Returns the versions of a host.
   *
   * @param exchange tells which versions are chosen
   * @param host told which versions it has, from when it has the current one
   */
  static Behavior<Command> create(
      ServedModel model,
      ActorRef<Router.Order> router,
      ActorRef<SnapshotExchange.Command> exchange,
      ActorRef<ModelHost.InUse> host) {
    return Behaviors.setup(context -> new HostVersions(context, model, router, exchange, host));
  }

  private HostVersions(
      ActorContext<Command> context,
      ServedModel model,
      ActorRef<Router.Order> router,
      ActorRef<SnapshotExchange.Command> exchange,
      ActorRef<ModelHost.InUse> host) {
    super(context);
    context.setLoggerName(HostVersions.class);
    this.model = model.model().description();
    this.store = model.versions();
    this.router = router;
    this.host = host;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    this.preferred = this.model.digest();
    inUse.add(preferred);
    exchange.tell(
        new SnapshotExchange.Attend(context.messageAdapter(VersionChoice.class, Chosen::new)));
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Chosen.class, this::onChosen)
        .onMessage(Wanted.class, this::onWanted)
        .onMessage(Read.class, this::onRead)
        .onMessage(Loaded.class, this::onLoaded)
        .onMessage(TryAgain.class, again -> onTryAgain())
        .build();
  }

  private Behavior<Command> onChosen(Chosen chosen) {
    choice = chosen.choice();
    if (!inUse.contains(chosen.choice().current())) {
      getContext()
          .getLog()
          .info("[{}] waits for its current version [{}]", model.name(), chosen.choice().current());
    }
    return settle();
  }

  private Behavior<Command> onWanted(Wanted message) {
    List<String> before =
        message.versions().isEmpty()
            ? wanted.remove(message.placement())
            : wanted.put(message.placement(), message.versions());
    return message.versions().equals(before) ? this : settle();
  }

  private Behavior<Command> onRead(Read read) {
    DenoisingModel version = read.model();
    if (version == null) {
      return fail(read.version(), read.failure());
    }
    getContext()
        .askWithStatus(
            Done.class,
            router,
            LONGEST_LOAD,
            replyTo -> new Router.LoadVersion(version, replyTo),
            (done, failure) -> new Loaded(read.version(), failure));
    return this;
  }

  private Behavior<Command> onLoaded(Loaded loaded) {
    if (loaded.failure() != null) {
      return fail(loaded.version(), loaded.failure());
    }
    loading = null;
    inUse.add(loaded.version());
    getContext().getLog().info("[{}] has [{}]", model.name(), loaded.version());
    return settle();
  }

  private Behavior<Command> fail(String version, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    String reason = cause == null ? "nothing came of it" : NetworkException.reason(cause);
    getContext().getLog().warn("[{}] cannot have [{}]: {}", model.name(), version, reason);
    loading = null;
    if (failed.isEmpty()) {
      getContext().scheduleOnce(BETWEEN_TRIES, getContext().getSelf(), TryAgain.INSTANCE);
    }
    failed.add(version);
    router.tell(new Router.DropVersion(version));
    wanted.forEach(
        (placement, versions) -> {
          if (versions.contains(version)) {
            placement.tell(new Placement.VersionRefused(version, reason));
          }
        });
    return settle();
  }

  private Behavior<Command> onTryAgain() {
    failed.clear();
    return settle();
  }

  /** Loads what is missing, the chosen ones first, and frees what is too much. */
  private Behavior<Command> settle() {
    VersionChoice chosen = choice;
    if (chosen == null) {
      return this;
    }
    Set<String> needed = needed(chosen);
    if (inUse.contains(chosen.current()) && !preferred.equals(chosen.current())) {
      preferred = chosen.current();
      router.tell(new Router.PreferVersion(preferred));
    }
    for (String version : List.copyOf(inUse)) {
      if (!needed.contains(version) && !version.equals(preferred)) {
        inUse.remove(version);
        router.tell(new Router.DropVersion(version));
      }
    }
    ModelHost.InUse now = new ModelHost.InUse(inUse);
    if (inUse.contains(chosen.current()) && !now.equals(told)) {
      told = now;
      host.tell(now);
    }
    if (loading == null) {
      needed.stream()
          .filter(version -> !inUse.contains(version) && !failed.contains(version))
          .findFirst()
          .ifPresent(this::load);
    }
    return this;
  }

  private void load(String version) {
    loading = version;
    Set<String> pinned = new HashSet<>(inUse);
    pinned.add(version);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> read(version, pinned), blocking),
            (read, failure) -> new Read(version, read, failure));
  }

  private DenoisingModel read(String version, Set<String> pinned) {
    store.pin(pinned);
    DenoisingModel read = store.load(version);
    Optional<String> difference = read.description().difference(model);
    if (difference.isPresent()) {
      throw new IllegalStateException("does not suit: " + difference.get());
    }
    return read;
  }

  private Set<String> needed(VersionChoice chosen) {
    Set<String> needed = new LinkedHashSet<>(List.of(chosen.current()));
    if (chosen.canary() != null) {
      needed.add(chosen.canary().digest());
    }
    wanted.values().forEach(needed::addAll);
    return needed;
  }
}
