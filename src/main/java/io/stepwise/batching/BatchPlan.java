package io.stepwise.batching;

import java.util.List;

/**
 * A decision: the images that take their next step together.
 *
 * @param images the images, all of one key; empty if nothing waits
 * @param rows network rows of the batch
 * @param full whether no further image would have fitted
 */
public record BatchPlan<T>(List<T> images, int rows, boolean full) {

  /** Copies the list. */
  public BatchPlan {
    images = List.copyOf(images);
  }
}
