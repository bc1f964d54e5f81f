package io.stepwise.batching;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;

/**
 * Chooses the next batch: the policy orders the requests, and in that order they take turns, one
 * image each, until the batch is full.
 *
 * <p>Taking turns is what keeps a request for a thousand images from holding up one for a single
 * image: as long as there are no more requests than places, each has a place in every batch. With
 * more requests than places the policy says which, and every policy lets each come to the front at
 * last.
 *
 * <p>The most urgent request also sets the key; those with other keys wait for a batch of their
 * own, whose turn comes when the most urgent request is one of theirs.
 *
 * <p>A plan costs no more than the images it takes, however many wait.
 */
public final class BatchPlanner {

  private BatchPlanner() {}

  /**
   * Returns the next batch and changes nothing.
   *
   * @param maxRows most network rows; an image that alone has more is never chosen
   */
  public static <T extends WaitingImage> BatchPlan<T> plan(WaitingImages<T> waiting, int maxRows) {
    Queue<Iterator<T>> turns = new ArrayDeque<>();
    // Further requests could only matter if nearly all places were left by images too large.
    waiting.mostUrgent(maxRows).forEach(lane -> turns.add(lane.iterator()));
    List<T> images = new ArrayList<>();
    int rows = 0;
    boolean leftOut = false;
    for (Iterator<T> turn = turns.poll(); turn != null && rows < maxRows; turn = turns.poll()) {
      T image = turn.next();
      if (rows + image.rows() > maxRows) {
        leftOut = true;
        continue;
      }
      images.add(image);
      rows += image.rows();
      if (turn.hasNext()) {
        turns.add(turn);
      }
    }
    return new BatchPlan<>(images, rows, !images.isEmpty() && (leftOut || rows == maxRows));
  }
}
