package io.stepwise.cluster;

import io.stepwise.snapshot.SnapshotException;
import io.stepwise.snapshot.SnapshotStore;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Gives other nodes the bytes of the versions of one model, a part for each order. It reads files,
 * so it runs on a dispatcher for blocking calls.
 */
final class SnapshotSender {

  /** What a sender understands. */
  sealed interface Order extends Message {}

  /**
   * Asks for a part of a file of a version.
   *
   * @param attempt comes back with the answer
   * @param path from the model's folder
   * @param length bytes, 1 or more
   */
  record GiveChunk(
      ActorRef<SnapshotPull.News> replyTo,
      long attempt,
      String digest,
      String path,
      long offset,
      int length)
      implements Order {}

  private SnapshotSender() {}

  /**
   * Returns the sender of a store's versions.
   *
   * @param mostBytes longest part that it gives
   */
  static Behavior<Order> create(SnapshotStore store, int mostBytes) {
    return Behaviors.receive(Order.class)
        .onMessage(
            GiveChunk.class,
            order -> {
              order.replyTo().tell(answer(order, store, mostBytes));
              return Behaviors.same();
            })
        .build();
  }

  private static SnapshotPull.News answer(GiveChunk order, SnapshotStore store, int mostBytes) {
    try {
      if (order.length() < 1 || order.length() > mostBytes || order.offset() < 0) {
        throw new IllegalArgumentException(
            "part: %d bytes from %d (expected: 1 to %d, from 0 or more)"
                .formatted(order.length(), order.offset(), mostBytes));
      }
      byte[] bytes =
          store.transfer().read(order.digest(), order.path(), order.offset(), order.length());
      return new SnapshotPull.Chunk(order.attempt(), order.offset(), bytes);
    } catch (SnapshotException | IllegalArgumentException e) {
      return new SnapshotPull.NoChunk(order.attempt(), String.valueOf(e.getMessage()));
    }
  }
}
