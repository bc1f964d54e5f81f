package io.stepwise.sampling;

import io.stepwise.sampling.SamplingService.Detail;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * How a generation ended, with all that a listener is told who comes only now.
 *
 * @param accepted what its listeners were told first; null if it was not accepted
 * @param status where it stands for good
 * @param result what its listeners were told last
 */
record Ending(
    GenerationEvent.@Nullable Accepted accepted, GenerationStatus status, GenerationResult result) {

  /** Tells a listener everything but the steps, in the order in which things usually happen. */
  void tell(Detail detail, ActorRef<GenerationEvent> listener) {
    if (accepted != null) {
      Listeners.tell(detail, listener, accepted);
    }
    if (result instanceof GenerationResult.Completed completed) {
      for (GeneratedImage image : completed.images()) {
        Listeners.tell(detail, listener, new GenerationEvent.ImageFinished(completed.id(), image));
      }
      for (FailedImage image : completed.failures()) {
        Listeners.tell(detail, listener, new GenerationEvent.ImageFailed(completed.id(), image));
      }
    }
    listener.tell(result);
  }
}
