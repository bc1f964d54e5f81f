package io.stepwise.cluster;

import io.stepwise.sampling.DenoisingState;
import io.stepwise.sampling.Generation;
import io.stepwise.sampling.Recipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * Images of one generation that are made together on one host, or wait for one: the newest state
 * that is known of each, and the steps of which the generation was told. Not thread safe.
 */
final class PlacedImages {

  private static final class Image {

    private ImageState state;
    private int toldStep;

    Image(ImageState state, int toldStep) {
      this.state = state;
      this.toldStep = toldStep;
    }
  }

  private final ActorRef<Generation.News> generation;
  private final Recipe recipe;
  private final SortedMap<Integer, Image> images = new TreeMap<>();
  private final Set<ActorRef<ModelHost.Order>> refusedBy = new HashSet<>();
  private @Nullable ActorRef<ModelHost.Order> host;
  private boolean accepted;
  private int moves;
  private int silences;

  private PlacedImages(ActorRef<Generation.News> generation, Recipe recipe) {
    this.generation = generation;
    this.recipe = recipe;
  }

  /** Returns images that no host has yet; {@code states} are of one recipe and not empty. */
  static PlacedImages of(
      List<DenoisingState> states, ActorRef<Generation.News> generation, boolean accepted) {
    PlacedImages placed = new PlacedImages(generation, states.get(0).recipe());
    placed.accepted = accepted;
    for (DenoisingState state : states) {
      placed.images.put(state.image(), new Image(ImageState.of(state), state.step()));
    }
    return placed;
  }

  ActorRef<Generation.News> generation() {
    return generation;
  }

  Recipe recipe() {
    return recipe;
  }

  @Nullable ActorRef<ModelHost.Order> host() {
    return host;
  }

  boolean isAccepted() {
    return accepted;
  }

  boolean isEmpty() {
    return images.isEmpty();
  }

  /** Returns how often a host was sought for the images after the first. */
  int moves() {
    return moves;
  }

  Set<ActorRef<ModelHost.Order>> refusedBy() {
    return refusedBy;
  }

  List<ImageState> states() {
    return images.values().stream().map(image -> image.state).toList();
  }

  /** Returns the steps that are left, times their network rows. */
  long rowSteps() {
    long steps = 0;
    for (Image image : images.values()) {
      steps += recipe.plan().steps() - image.state.step();
    }
    return steps * recipe.rows();
  }

  /** The images are given to a host. */
  void placeOn(ActorRef<ModelHost.Order> chosen) {
    host = chosen;
    silences = 0;
  }

  /**
   * The images were taken on, by a host or because there is none that could say no; the generation
   * is told so once.
   *
   * @param predicted how long they will take; null if that cannot be told
   */
  void takeOn(@Nullable Duration predicted) {
    if (!accepted) {
      accepted = true;
      generation.tell(new Generation.Admitted(predicted));
    }
  }

  /** The host, if there is one, is to make the images no more, which it has under a number. */
  void withdraw(ActorRef<Placement.News> placement, long number) {
    if (host != null) {
      host.tell(new ModelHost.Withdraw(placement, number));
    }
  }

  /** A host will not take the images on. */
  void refuse(ActorRef<ModelHost.Order> by) {
    refusedBy.add(by);
    host = null;
  }

  /** Keeps a state if it is newer than the one that is known. */
  void report(ImageState state) {
    Image image = images.get(state.image());
    if (image != null && state.step() > image.state.step()) {
      image.state = state;
    }
  }

  /** Returns whether an image's step is news to the generation, which is told of it then. */
  boolean isNews(int index, int step) {
    Image image = images.get(index);
    if (image == null || step <= image.toldStep || step > recipe.plan().steps()) {
      return false;
    }
    image.toldStep = step;
    return true;
  }

  /** Returns whether an image is unfinished, which it then is no longer. */
  boolean finish(int index) {
    return images.remove(index) != null;
  }

  /** Returns whether the host has now twice in a row not named the images as its own. */
  boolean isForgotten(boolean isNamed) {
    silences = isNamed ? 0 : silences + 1;
    return silences > 1;
  }

  /**
   * Takes images away to be placed anew, each by itself, so that no message holds the tensors of
   * more than one.
   */
  List<PlacedImages> takeAll() {
    List<PlacedImages> parts = new ArrayList<>();
    for (Integer index : List.copyOf(images.keySet())) {
      parts.add(take(index));
    }
    return parts;
  }

  /** Takes one image that is unfinished away to be placed anew. */
  PlacedImages take(int index) {
    PlacedImages part = new PlacedImages(generation, recipe);
    Image image = images.remove(index);
    if (image == null) {
      throw new IllegalArgumentException(
          "image: " + index + " (expected: one of " + images.keySet() + ")");
    }
    part.images.put(index, image);
    part.accepted = accepted;
    part.moves = moves + 1;
    return part;
  }

  boolean has(int index) {
    return images.containsKey(index);
  }

  Set<Integer> indices() {
    return images.keySet();
  }
}
