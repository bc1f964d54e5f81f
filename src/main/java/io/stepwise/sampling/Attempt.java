package io.stepwise.sampling;

import java.util.ArrayList;
import java.util.List;

/**
 * Images that are tried together, and how often their present step has failed already.
 *
 * @param images the images of one batch
 * @param failures failed tries of this step, 0 for a batch that the planner made
 */
record Attempt(List<QueuedImage> images, int failures) {

  Attempt {
    images = List.copyOf(images);
  }

  /**
   * Returns the tries that follow when this one has failed: two of half the size after the first
   * failure, one for each image after any later one. So an image that spoils its batch is soon
   * alone with it.
   */
  List<Attempt> split() {
    int size = failures == 0 ? (images.size() + 1) / 2 : 1;
    List<Attempt> parts = new ArrayList<>();
    for (int from = 0; from < images.size(); from += size) {
      int to = Math.min(from + size, images.size());
      parts.add(new Attempt(images.subList(from, to), failures + 1));
    }
    return parts;
  }
}
