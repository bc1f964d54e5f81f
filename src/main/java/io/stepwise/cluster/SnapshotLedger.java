package io.stepwise.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.ddata.Key;
import org.apache.pekko.cluster.ddata.LWWMap;
import org.apache.pekko.cluster.ddata.LWWMapKey;
import org.apache.pekko.cluster.ddata.LWWRegister;
import org.apache.pekko.cluster.ddata.SelfUniqueAddress;
import org.apache.pekko.cluster.ddata.typed.javadsl.DistributedData;
import org.apache.pekko.cluster.ddata.typed.javadsl.Replicator;
import org.apache.pekko.cluster.ddata.typed.javadsl.ReplicatorMessageAdapter;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.SelfUp;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes know of the versions of one model: who has which, and which are chosen. Of two
 * choices the later holds, wherever they were made. Confined to the actor whose context it is.
 */
final class SnapshotLedger {

  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Replicator.WriteConsistency LOCALLY = Replicator.writeLocal();

  /** The entry of what is chosen, beside those of the nodes. */
  private static final String CHOSEN = "chosen";

  private static final LWWRegister.Clock<Message> LATEST =
      (timestamp, value) -> value instanceof Chosen chosen ? chosen.since() : timestamp;

  private final Cluster cluster;
  private final SelfUniqueAddress self;
  private final ActorRef<SnapshotSender.Order> sender;
  private final Key<LWWMap<String, Message>> key;
  private final ReplicatorMessageAdapter<SnapshotExchange.Command, LWWMap<String, Message>> data;
  private Holdings holdings = new Holdings(Map.of());
  private @Nullable Chosen chosen;
  private @Nullable Shelf held;
  private boolean isUp;
  private boolean isRead;
  private boolean isProposed;

  /**
   * Begins to learn what is known.
   *
   * @param sender gives the bytes of this node's versions
   */
  SnapshotLedger(
      ActorContext<SnapshotExchange.Command> context,
      String model,
      ActorRef<SnapshotSender.Order> sender) {
    this.cluster = Cluster.get(context.getSystem());
    DistributedData extension = DistributedData.get(context.getSystem());
    this.self = extension.selfUniqueAddress();
    this.sender = sender;
    this.key = LWWMapKey.create("snapshots-of-" + model);
    this.data = new ReplicatorMessageAdapter<>(context, extension.replicator(), PATIENCE);
    data.subscribe(key, response -> changed(() -> see(response)));
    cluster
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(SelfUp.class, up -> changed(this::join)), SelfUp.class));
  }

  private static SnapshotExchange.Command changed(Runnable change) {
    return new SnapshotExchange.LedgerChanged(change);
  }

  /** Returns what the other nodes have that can be reached. */
  Holdings others() {
    Set<String> nodes = new HashSet<>(members());
    for (Member member : cluster.state().getUnreachable()) {
      nodes.remove(name(member));
    }
    nodes.remove(name(cluster.selfMember()));
    return holdings.of(nodes);
  }

  /** Tells what this node has. */
  void hold(Shelf shelf) {
    held = shelf;
    if (!isUp) {
      return;
    }
    Holding holding = new Holding(sender, shelf.versions());
    update(map -> map.put(self, name(cluster.selfMember()), holding), LOCALLY, () -> {});
  }

  /**
   * Returns what is chosen, as soon as it is known from most nodes. What this node had current
   * before is chosen if it was later.
   */
  Optional<Chosen> propose(Shelf shelf) {
    if (!isRead) {
      return Optional.empty();
    }
    String current = shelf.current();
    if (!isProposed && current != null) {
      isProposed = true;
      Chosen own = new Chosen(current, null, shelf.since());
      if (chosen == null || (chosen.since() < own.since() && !chosen.current().equals(current))) {
        change(own, known -> known.since() < own.since() ? own : known, () -> {});
      }
    }
    return Optional.ofNullable(chosen);
  }

  /**
   * Changes what is chosen.
   *
   * @param replyTo told when most nodes know it, or could not be reached; null for nobody
   */
  void choose(UnaryOperator<Chosen> next, @Nullable ActorRef<StatusReply<Done>> replyTo) {
    String current = held == null ? null : held.current();
    Chosen known = chosen;
    if (known == null && current == null) {
      if (replyTo != null) {
        replyTo.tell(StatusReply.error("the versions of this node are not known yet"));
      }
      return;
    }
    change(
        known == null ? new Chosen(String.valueOf(current), null, 0) : known,
        next,
        () -> {
          if (replyTo != null) {
            replyTo.tell(StatusReply.ack());
          }
        });
  }

  /** Forgets what nodes had that are no more, and asks again for what was not answered. */
  void tidy() {
    if (isUp && !isRead) {
      read();
    }
    Set<String> gone = new HashSet<>(holdings.byNode().keySet());
    gone.removeAll(members());
    if (isUp) {
      gone.forEach(node -> update(map -> map.remove(self, node), LOCALLY, () -> {}));
    }
  }

  private void join() {
    isUp = true;
    read();
    if (held != null) {
      hold(held);
    }
  }

  private void read() {
    data.askGet(
        replyTo -> new Replicator.Get<>(key, new Replicator.ReadMajority(PATIENCE), replyTo),
        response -> changed(() -> see(response)));
  }

  private void see(Replicator.GetResponse<LWWMap<String, Message>> response) {
    if (response instanceof Replicator.GetSuccess<LWWMap<String, Message>> success) {
      isRead = true;
      see(success.get(key));
    } else if (response instanceof Replicator.NotFound) {
      isRead = true;
    }
  }

  private void see(Replicator.SubscribeResponse<LWWMap<String, Message>> response) {
    if (response instanceof Replicator.Changed<LWWMap<String, Message>> news) {
      see(news.get(key));
    }
  }

  private void see(LWWMap<String, Message> map) {
    Map<String, Holding> byNode = new HashMap<>();
    map.getEntries()
        .forEach(
            (name, value) -> {
              if (value instanceof Holding holding) {
                byNode.put(name, holding);
              } else if (value instanceof Chosen known) {
                chosen = known;
              }
            });
    holdings = new Holdings(byNode);
  }

  /**
   * Changes what is chosen.
   *
   * @param first what is taken for chosen where nothing is
   * @param done run when most nodes know it, or could not be reached
   */
  private void change(Chosen first, UnaryOperator<Chosen> next, Runnable done) {
    update(
        map -> {
          Message known = map.getEntries().get(CHOSEN);
          Chosen then = next.apply(known instanceof Chosen before ? before : first);
          return map.put(self, CHOSEN, then, LATEST);
        },
        new Replicator.WriteMajority(PATIENCE),
        done);
  }

  private void update(
      UnaryOperator<LWWMap<String, Message>> next,
      Replicator.WriteConsistency consistency,
      Runnable done) {
    data.askUpdate(
        replyTo -> new Replicator.Update<>(key, LWWMap.create(), consistency, replyTo, next),
        response -> changed(done));
  }

  private Set<String> members() {
    Set<String> names = new HashSet<>();
    for (Member member : cluster.state().getMembers()) {
      names.add(name(member));
    }
    return names;
  }

  private static String name(Member member) {
    return member.uniqueAddress().toString();
  }
}
