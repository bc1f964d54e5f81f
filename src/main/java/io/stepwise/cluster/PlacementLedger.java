package io.stepwise.cluster;

import io.stepwise.sampling.Generation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The images of a placement that are unfinished, by the number under which a host has them or that
 * waits for one. A number is never used twice, so news of one that is gone are told from others.
 * Not thread safe.
 */
final class PlacementLedger {

  private final Map<Long, PlacedImages> placed = new LinkedHashMap<>();
  private long lastNumber;

  /** Adds images and returns their number. */
  long add(PlacedImages images) {
    placed.put(++lastNumber, images);
    return lastNumber;
  }

  @Nullable PlacedImages get(long number) {
    return placed.get(number);
  }

  @Nullable PlacedImages remove(long number) {
    return placed.remove(number);
  }

  /** Removes a number of which no image is unfinished. */
  void removeIfEmpty(long number) {
    PlacedImages images = placed.get(number);
    if (images != null && images.isEmpty()) {
      placed.remove(number);
    }
  }

  /** Removes and returns those of a kind, in the order in which they came. */
  Map<Long, PlacedImages> removeAll(Predicate<PlacedImages> kind) {
    Map<Long, PlacedImages> removed = new LinkedHashMap<>();
    placed.forEach(
        (number, images) -> {
          if (kind.test(images)) {
            removed.put(number, images);
          }
        });
    placed.keySet().removeAll(removed.keySet());
    return removed;
  }

  /** Removes and returns what a host does not name as its own for the second time in a row. */
  Map<Long, PlacedImages> removeForgotten(Placement.Load load) {
    Set<Long> named = new HashSet<>(load.numbers());
    Map<Long, PlacedImages> forgotten = new LinkedHashMap<>();
    placed.forEach(
        (number, images) -> {
          boolean isThere = load.host().equals(images.host());
          if (isThere && images.isForgotten(named.contains(number))) {
            forgotten.put(number, images);
          }
        });
    placed.keySet().removeAll(forgotten.keySet());
    return forgotten;
  }

  /** A host has taken images on, of which the generation is told if it was not yet. */
  void admit(Placement.Admitted admitted) {
    PlacedImages images = placed.get(admitted.number());
    if (images != null) {
      images.takeOn(admitted.predicted());
    }
  }

  /** An image took a step, of which the generation is told once. */
  void step(Placement.StepTaken taken, long nowNanos) {
    PlacedImages images = placed.get(taken.number());
    if (images != null && images.isNews(taken.image(), taken.step())) {
      ImageState state = new ImageState(taken.image(), taken.step(), new float[0], new float[0]);
      long sent = nowNanos - taken.sentAgoNanos();
      images
          .generation()
          .tell(new Generation.StepTaken(state.with(images.recipe()), sent, taken.preview()));
    }
  }

  /** Keeps the newest state of an image. */
  void report(Placement.StateReported reported) {
    PlacedImages images = placed.get(reported.number());
    if (images != null) {
      images.report(reported.state());
    }
  }

  /** An image took its last step. */
  void finish(Placement.Sampled sampled) {
    PlacedImages images = placed.get(sampled.number());
    if (images != null && images.finish(sampled.state().image())) {
      images.generation().tell(new Generation.Sampled(sampled.state().with(images.recipe())));
      removeIfEmpty(sampled.number());
    }
  }

  /** An image cannot be made. */
  void lose(Placement.ImageLost lost) {
    PlacedImages images = placed.get(lost.number());
    if (images != null && images.finish(lost.image())) {
      images.generation().tell(new Generation.ImageLost(lost.image(), lost.reason()));
      removeIfEmpty(lost.number());
    }
  }

  /** Returns how many images wait for a host. */
  int held() {
    int held = 0;
    for (PlacedImages images : placed.values()) {
      held += images.host() == null ? images.indices().size() : 0;
    }
    return held;
  }
}
