package io.stepwise.cluster;

import io.stepwise.snapshot.IncomingVersion;
import io.stepwise.snapshot.SnapshotFile;
import io.stepwise.snapshot.SnapshotStore;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * Gets one version from other nodes into the store of this one, and stops when it is there or
 * cannot be had.
 *
 * <pre>
 *   SnapshotPull --GiveChunk--&gt; SnapshotSender      a few at a time, of one file, from one node
 *                &lt;---Chunk----
 * </pre>
 *
 * <p>What has come stays when it ends, and the next one for the same version goes on from there. A
 * node that does not answer for a while is followed by the next one; a file that has not the digest
 * that was announced is thrown away and got anew. It writes files, so it runs on a dispatcher for
 * blocking calls.
 */
final class SnapshotPull extends AbstractBehavior<SnapshotPull.Command> {

  /** What a pull understands. */
  sealed interface Command {}

  /** What a sender tells it, from another node. */
  sealed interface News extends Command, Message {}

  /** A part of the file that was asked for. */
  record Chunk(long attempt, long offset, byte[] bytes) implements News {}

  /** The part that was asked for cannot be given. */
  record NoChunk(long attempt, String reason) implements News {}

  /** Who has the version now. */
  record Senders(List<ActorRef<SnapshotSender.Order>> senders) implements Command {

    Senders {
      senders = List.copyOf(senders);
    }
  }

  private enum Tick implements Command {
    INSTANCE
  }

  /**
   * How parts are asked for.
   *
   * @param chunkBytes the longest part
   * @param window parts that may be on their way at a time
   * @param patience time without any part after which another node is asked
   */
  record Pace(int chunkBytes, int window, Duration patience) {}

  /** Times in a row in which no node gives a part before the pull ends. */
  static final int MOST_SILENCES = 10;

  /** Files that come damaged before the pull ends. */
  static final int MOST_DAMAGES = 5;

  private final SnapshotStore store;
  private final VersionDescriptor version;
  private final Pace pace;
  private final ActorRef<SnapshotExchange.PullEnded> replyTo;
  private final @Nullable IncomingVersion incoming;
  private List<ActorRef<SnapshotSender.Order>> senders;
  private int sender;
  private int file;
  private long attempt;
  private long received;
  private long asked;
  private int refusals;
  private int silences;
  private int damages;
  private boolean isSilent = true;
  private String trouble = "no node has it";

  /**
   * Returns a pull.
   *
   * @param senders who has the version
   * @param replyTo told how it ended, before it stops
   */
  static Behavior<Command> create(
      SnapshotStore store,
      VersionDescriptor version,
      Pace pace,
      List<ActorRef<SnapshotSender.Order>> senders,
      ActorRef<SnapshotExchange.PullEnded> replyTo) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, pace.patience());
                  SnapshotPull pull =
                      new SnapshotPull(context, store, version, pace, senders, replyTo);
                  return pull.begin();
                }));
  }

  private SnapshotPull(
      ActorContext<Command> context,
      SnapshotStore store,
      VersionDescriptor version,
      Pace pace,
      List<ActorRef<SnapshotSender.Order>> senders,
      ActorRef<SnapshotExchange.PullEnded> replyTo) {
    super(context);
    this.store = store;
    this.version = version;
    this.pace = pace;
    this.senders = List.copyOf(senders);
    this.replyTo = replyTo;
    this.incoming = store.transfer().receive(version.snapshot(), version.files()).orElse(null);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Chunk.class, this::onChunk)
        .onMessage(NoChunk.class, this::onNoChunk)
        .onMessage(Senders.class, this::onSenders)
        .onMessage(Tick.class, tick -> onTick())
        .onSignal(PostStop.class, signal -> close())
        .build();
  }

  private Behavior<Command> begin() {
    return incoming == null ? end("it is being received into the same folder") : goOn(incoming);
  }

  /** Goes to the first file that is not whole, and asks for what is missing of it. */
  private Behavior<Command> goOn(IncomingVersion into) {
    while (file < into.files().size()) {
      SnapshotFile wanted = into.files().get(file);
      received = into.received(wanted);
      if (received < wanted.size()) {
        return ask(wanted);
      }
      if (wanted.size() == 0) {
        into.append(wanted, new byte[0]);
      }
      if (into.check(wanted)) {
        file++;
      } else if (++damages > MOST_DAMAGES) {
        return end(wanted.path() + " came damaged " + damages + " times");
      } else {
        getContext().getLog().warn("[{}] of [{}] came damaged", wanted.path(), version.digest());
        sender++;
      }
    }
    store.accept(into);
    return end(null);
  }

  /** Asks for a file from where it is, and for nothing that was asked for before. */
  private Behavior<Command> ask(SnapshotFile wanted) {
    attempt++;
    asked = received;
    return fillWindow(wanted);
  }

  private Behavior<Command> fillWindow(SnapshotFile wanted) {
    if (senders.isEmpty()) {
      return this;
    }
    ActorRef<SnapshotSender.Order> from = senders.get(Math.floorMod(sender, senders.size()));
    long end = Math.min(wanted.size(), received + (long) pace.window() * pace.chunkBytes());
    while (asked < end) {
      int length = (int) Math.min(pace.chunkBytes(), wanted.size() - asked);
      from.tell(
          new SnapshotSender.GiveChunk(
              getContext().getSelf().narrow(),
              attempt,
              version.digest(),
              wanted.path(),
              asked,
              length));
      asked += length;
    }
    return this;
  }

  private Behavior<Command> onChunk(Chunk chunk) {
    if (incoming == null || chunk.attempt() != attempt) {
      return this;
    }
    SnapshotFile wanted = incoming.files().get(file);
    int length = chunk.bytes().length;
    if (length == 0 || chunk.offset() != received || received + length > asked) {
      return this;
    }
    incoming.append(wanted, chunk.bytes());
    received += length;
    isSilent = false;
    silences = 0;
    refusals = 0;
    return received < wanted.size() ? fillWindow(wanted) : goOn(incoming);
  }

  private Behavior<Command> onNoChunk(NoChunk none) {
    if (incoming == null || none.attempt() != attempt) {
      return this;
    }
    trouble = none.reason();
    refusals++;
    sender++;
    return refusals < senders.size() ? goOn(incoming) : this;
  }

  private Behavior<Command> onSenders(Senders found) {
    ActorRef<SnapshotSender.Order> before =
        senders.isEmpty() ? null : senders.get(Math.floorMod(sender, senders.size()));
    senders = found.senders();
    int same = before == null ? -1 : senders.indexOf(before);
    if (same >= 0) {
      sender = same;
      return this;
    }
    return incoming == null ? this : goOn(incoming);
  }

  private Behavior<Command> onTick() {
    boolean wasSilent = isSilent;
    isSilent = true;
    if (incoming == null || !wasSilent) {
      return this;
    }
    silences++;
    if (silences > MOST_SILENCES) {
      return end(trouble);
    }
    trouble = senders.isEmpty() ? "no node has it" : trouble;
    refusals = 0;
    sender++;
    return goOn(incoming);
  }

  private Behavior<Command> end(@Nullable String failure) {
    close();
    replyTo.tell(new SnapshotExchange.PullEnded(version.digest(), failure));
    return Behaviors.stopped();
  }

  private Behavior<Command> close() {
    if (incoming != null) {
      incoming.close();
    }
    return this;
  }
}
