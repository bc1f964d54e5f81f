package io.stepwise.batching;

import io.stepwise.batching.FairShares.Share;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.TreeSet;

/** The lanes that one client has of one key, in the order of the policy. Not thread safe. */
final class ClientLanes<T extends WaitingImage> {

  /** Whoever has had the least goes first; equals by their most urgent lane. */
  static final Comparator<ClientLanes<?>> LEAST_SERVED =
      Comparator.<ClientLanes<?>>comparingLong(lanes -> lanes.share.served())
          .thenComparing(lanes -> lanes.order.first(), Lane.MOST_URGENT);

  private final Share<String> share;
  private final NavigableSet<Lane<T>> order = new TreeSet<>(Lane.MOST_URGENT);

  ClientLanes(Share<String> share) {
    this.share = share;
  }

  /** Returns the client's account. */
  Share<String> share() {
    return share;
  }

  void enter(Lane<T> lane) {
    order.add(lane);
  }

  void leave(Lane<T> lane) {
    order.remove(lane);
  }

  boolean isEmpty() {
    return order.isEmpty();
  }

  /** Returns the most urgent lane. */
  Lane<T> first() {
    return order.first();
  }

  /**
   * Returns the images in their turns: the next one is always of the request that has the fewest
   * images in flight, those returned before included, and of several such the most urgent one.
   */
  Iterator<T> turns(int mostLanes) {
    Queue<LaneTurn<T>> turns = new PriorityQueue<>(LaneTurn.ORDER);
    order.stream().limit(mostLanes).forEach(lane -> turns.add(new LaneTurn<>(lane, turns.size())));
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return !turns.isEmpty();
      }

      @Override
      public T next() {
        LaneTurn<T> turn = turns.remove();
        T image = turn.images.next();
        turn.inFlight++;
        if (turn.images.hasNext()) {
          turns.add(turn);
        }
        return image;
      }
    };
  }

  /** A request's place in the order of those that give images. */
  private static final class LaneTurn<T extends WaitingImage> {

    static final Comparator<LaneTurn<?>> ORDER =
        Comparator.<LaneTurn<?>>comparingInt(turn -> turn.inFlight)
            .thenComparingInt(turn -> turn.rank);

    private final Iterator<T> images;
    private final int rank;
    private int inFlight;

    LaneTurn(Lane<T> lane, int rank) {
      this.images = lane.iterator();
      this.rank = rank;
      this.inFlight = lane.inFlight();
    }
  }
}
