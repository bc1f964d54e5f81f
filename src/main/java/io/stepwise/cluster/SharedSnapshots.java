package io.stepwise.cluster;

import io.stepwise.sampling.ServedModel;
import io.stepwise.sampling.VersionChoice;
import io.stepwise.settings.ClusterSettings;
import io.stepwise.snapshot.SnapshotPublished;
import io.stepwise.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** The versions that a node shares with the others of its cluster. Thread safe. */
public final class SharedSnapshots {

  /** Time without an answer after which another node is asked for the rest of a version. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final ActorSystem<?> system;
  private final Map<String, ActorRef<SnapshotExchange.Command>> exchanges = new HashMap<>();

  private SharedSnapshots(ActorSystem<?> system) {
    this.system = system;
  }

  /** Shares nothing: every node serves its models as they are. */
  public static SharedSnapshots none(ActorSystem<?> system) {
    return new SharedSnapshots(system);
  }

  /**
   * Starts to share versions, as soon as the node is let in.
   *
   * @param stores of this node, by the models' names
   */
  public static SharedSnapshots start(
      ActorSystem<?> system, Map<String, SnapshotStore> stores, ClusterSettings settings) {
    SharedSnapshots shared = none(system);
    SnapshotPull.Pace pace =
        new SnapshotPull.Pace(settings.snapshotChunkBytes(), settings.snapshotWindow(), PATIENCE);
    stores.forEach(
        (model, store) ->
            shared.exchanges.put(
                model,
                system.systemActorOf(
                    SnapshotExchange.create(model, store, pace),
                    "snapshots-" + shared.exchanges.size(),
                    Props.empty())));
    return shared;
  }

  /** Returns a model of this node with the versions of all nodes. */
  public ServedModel share(ServedModel model) {
    return exchange(model.model().description().name())
        .map(exchange -> new SharedVersions(model.versions(), exchange, system.scheduler()))
        .map(model::versionedIn)
        .orElse(model);
  }

  /** A version was published on this node; new images are to begin on it everywhere. */
  public void published(SnapshotPublished announcement) {
    exchange(announcement.snapshot().model())
        .ifPresent(
            exchange -> exchange.tell(new SnapshotExchange.Published(announcement.snapshot())));
  }

  /**
   * Has somebody told which versions of each model are chosen, now and whenever that changes.
   *
   * @param follower called on a thread of the actors, one model's choices in their order
   */
  public void follow(Consumer<VersionChoice> follower) {
    exchanges.forEach(
        (model, exchange) ->
            exchange.tell(
                new SnapshotExchange.Attend(
                    system.systemActorOf(
                        Behaviors.<VersionChoice>receiveMessage(
                            choice -> {
                              follower.accept(choice);
                              return Behaviors.same();
                            }),
                        exchange.path().name() + "-follower",
                        Props.empty()))));
  }

  /** Returns the exchange of a model; empty if it is not shared. */
  Optional<ActorRef<SnapshotExchange.Command>> exchange(String model) {
    return Optional.ofNullable(exchanges.get(model));
  }
}
