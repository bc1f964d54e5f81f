package io.stepwise.batching;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Chooses the next batch: the places go, one after the other, to the client that has had the least
 * service, those given here included; and among a client's requests, which take turns, in the order
 * of the policy.
 *
 * <p>So nothing that one client asks for holds up another: with a thousand images or with a
 * thousand requests he has the same share of the places as one with a single image, and more only
 * if that leaves some over. A client's own large request does not hold up his small ones either, as
 * long as he has no more requests than places; with more, the policy says which, and every policy
 * lets each come to the front at last.
 *
 * <p>All images of a batch have one key. Keys take turns ({@link WaitingImages#nextInTurn}): no
 * version and no shape waits for another to be done.
 *
 * <p>A plan costs no more than the images it takes, however many wait.
 */
public final class BatchPlanner {

  private BatchPlanner() {}

  /**
   * Returns the next batch and changes nothing.
   *
   * @param maxRows most network rows, 1 or more; the first image may have more
   */
  public static <T extends WaitingImage> BatchPlan<T> plan(WaitingImages<T> waiting, int maxRows) {
    long rowNanos = waiting.rowNanos(maxRows);
    Queue<Turn<T>> turns = new PriorityQueue<>(Turn.LEAST_SERVED);
    // Further clients could only matter if nearly all places were left by images too large.
    for (ClientLanes<T> lanes : waiting.nextInTurn(maxRows)) {
      turns.add(new Turn<>(lanes.share().served(), turns.size(), lanes.turns(maxRows)));
    }
    List<T> images = new ArrayList<>();
    int rows = 0;
    boolean leftOut = false;
    while (!turns.isEmpty() && rows < maxRows) {
      Turn<T> turn = turns.remove();
      T image = turn.images.next();
      boolean fits = images.isEmpty() || rows + image.rows() <= maxRows;
      if (fits) {
        images.add(image);
        rows += image.rows();
        turn.served += image.rows() * rowNanos;
        turn.places++;
      }
      leftOut |= !fits;
      if (turn.images.hasNext()) {
        turns.add(turn);
      }
    }
    return new BatchPlan<>(images, rows, !images.isEmpty() && (leftOut || rows >= maxRows));
  }

  /** A client's place in the order of those who are given places. */
  private static final class Turn<T> {

    static final Comparator<Turn<?>> LEAST_SERVED =
        Comparator.<Turn<?>>comparingLong(turn -> turn.served)
            .thenComparingInt(turn -> turn.places)
            .thenComparingInt(turn -> turn.rank);

    private final int rank;
    private final Iterator<T> images;
    private long served;
    private int places;

    Turn(long served, int rank, Iterator<T> images) {
      this.served = served;
      this.rank = rank;
      this.images = images;
    }
  }
}
