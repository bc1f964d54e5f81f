package io.stepwise.http;

import io.stepwise.sampling.GenerationEvent.StepFinished;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one reader, and what goes next. Not thread safe.
 *
 * <p>Messages wait until they are sent, in their order. Of each image only the newest preview
 * waits, in the place of the one that it replaces, and leaves with the image itself. A preview is
 * not encoded while it waits: {@link #next} asks for that when the reader can take it, and until it
 * is done lets what stands behind it go first.
 *
 * @param <M> what is sent
 */
final class Outbox<M> {

  /** Most previews that are being encoded, or are encoded and not sent. */
  static final int MOST_RENDERS = 2;

  /** What to do when the reader can take something. */
  sealed interface Next<M> {

    /** Send this. */
    record Send<M>(M message) implements Next<M> {}

    /** Encode the step's preview, hand it in with {@link #rendered}, and ask for the next. */
    record Render<M>(StepFinished step) implements Next<M> {}
  }

  private record ImageKey(String generation, int index) {

    static ImageKey of(StepFinished step) {
      return new ImageKey(step.id(), step.index());
    }
  }

  private record Waiting<T>(long place, T what) {}

  private record Rendered<M>(ImageKey image, M message) {}

  private final Map<Object, Waiting<Supplier<M>>> messages = new LinkedHashMap<>();
  private final Map<ImageKey, Waiting<StepFinished>> previews = new LinkedHashMap<>();
  private final Map<ImageKey, Integer> shown = new HashMap<>();
  private final Set<ImageKey> rendering = new HashSet<>();
  private final Deque<Rendered<M>> rendered = new ArrayDeque<>();
  private int renders;
  private long places;

  /** Adds a message behind all others. */
  void add(M message) {
    messages.put(new Object(), new Waiting<>(places++, () -> message));
  }

  /**
   * Adds a message, or replaces the one that waits in this slot, which keeps its place.
   *
   * @param message called when it is sent
   */
  void replace(Object slot, Supplier<M> message) {
    Waiting<Supplier<M>> old = messages.get(slot);
    messages.put(slot, new Waiting<>(old == null ? places++ : old.place(), message));
  }

  /** Forgets the message that waits in a slot, if there is one. */
  void clear(Object slot) {
    messages.remove(slot);
  }

  /** Adds a step that has a preview, or replaces an older one of the same image. */
  void preview(StepFinished step) {
    ImageKey image = ImageKey.of(step);
    Waiting<StepFinished> old = previews.get(image);
    int newest = old == null ? shown.getOrDefault(image, 0) : old.what().step();
    if (step.step() > newest) {
      previews.put(image, new Waiting<>(old == null ? places++ : old.place(), step));
    }
  }

  /** Forgets the previews of an image, also one that is being encoded. */
  void withdraw(String generation, int index) {
    ImageKey image = new ImageKey(generation, index);
    previews.remove(image);
    shown.remove(image);
    rendering.remove(image);
    rendered.removeIf(ready -> ready.image().equals(image));
  }

  /** Forgets the previews of all images of a generation. */
  void withdraw(String generation) {
    previews.keySet().removeIf(image -> image.generation().equals(generation));
    shown.keySet().removeIf(image -> image.generation().equals(generation));
    rendering.removeIf(image -> image.generation().equals(generation));
    rendered.removeIf(ready -> ready.image().generation().equals(generation));
  }

  /** Takes what goes next; empty if there is nothing, or nothing before a render is done. */
  Optional<Next<M>> next() {
    Rendered<M> ready = rendered.poll();
    if (ready != null) {
      return Optional.of(new Next.Send<>(ready.message()));
    }
    Waiting<StepFinished> preview = renderable();
    Iterator<Waiting<Supplier<M>>> queue = messages.values().iterator();
    Waiting<Supplier<M>> message = queue.hasNext() ? queue.next() : null;
    if (preview != null && (message == null || preview.place() < message.place())) {
      return Optional.of(render(preview.what()));
    }
    if (message == null) {
      return Optional.empty();
    }
    queue.remove();
    return Optional.of(new Next.Send<>(message.what().get()));
  }

  /** Hands in the message with an encoded preview; it goes first if the image still wants it. */
  void rendered(StepFinished step, Supplier<M> message) {
    renders--;
    ImageKey image = ImageKey.of(step);
    if (rendering.remove(image)) {
      rendered.add(new Rendered<>(image, message.get()));
    }
  }

  /** Says that a preview could not be encoded. */
  void renderFailed(StepFinished step) {
    renders--;
    rendering.remove(ImageKey.of(step));
  }

  /** Returns whether nothing waits and no preview that is wanted is being encoded. */
  boolean isEmpty() {
    return size() == 0 && rendering.isEmpty();
  }

  /** Returns how many messages and previews wait. */
  int size() {
    return messages.size() + previews.size() + rendered.size();
  }

  private Next<M> render(StepFinished step) {
    ImageKey image = ImageKey.of(step);
    previews.remove(image);
    shown.put(image, step.step());
    rendering.add(image);
    renders++;
    return new Next.Render<>(step);
  }

  private @Nullable Waiting<StepFinished> renderable() {
    if (renders >= MOST_RENDERS) {
      return null;
    }
    // At most MOST_RENDERS images are skipped, each has one render at a time.
    return previews.entrySet().stream()
        .filter(preview -> !rendering.contains(preview.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }
}
