package io.stepwise.sampling;

import io.stepwise.sampling.SamplingService.Detail;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/** Who is told of a generation, and how much. Not thread safe. */
final class Listeners {

  private record Listener(Detail detail, ActorRef<GenerationEvent> ref) {}

  private final List<Listener> listeners = new ArrayList<>();

  void add(Detail detail, ActorRef<GenerationEvent> listener) {
    listeners.add(new Listener(detail, listener));
  }

  /** Removes a listener, however often it was added. */
  void remove(ActorRef<GenerationEvent> listener) {
    listeners.removeIf(other -> other.ref().equals(listener));
  }

  boolean isEmpty() {
    return listeners.isEmpty();
  }

  /** Tells an event to all who want to know so much. */
  void tell(GenerationEvent event) {
    for (Listener listener : listeners) {
      tell(listener.detail(), listener.ref(), event);
    }
  }

  /** Tells an event to one listener if it wants to know so much. */
  static void tell(Detail detail, ActorRef<GenerationEvent> listener, GenerationEvent event) {
    if (detail.compareTo(level(event)) >= 0) {
      listener.tell(event);
    }
  }

  private static Detail level(GenerationEvent event) {
    if (event instanceof GenerationResult) {
      return Detail.RESULT;
    }
    return event instanceof GenerationEvent.StepFinished ? Detail.STEPS : Detail.IMAGES;
  }
}
