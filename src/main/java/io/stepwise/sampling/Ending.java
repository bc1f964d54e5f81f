package io.stepwise.sampling;

import io.stepwise.sampling.SamplingService.Detail;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * How a generation ended, with all that a listener is told who comes only now.
 *
 * @param accepted what its listeners were told first
 * @param status where it stands for good
 * @param result what its listeners were told last
 */
record Ending(GenerationEvent.Accepted accepted, GenerationStatus status, GenerationResult result) {

  /** Tells a listener everything but the steps, in the order in which things usually happen. */
  void tell(Detail detail, ActorRef<GenerationEvent> listener) {
    Listeners.tell(detail, listener, accepted);
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
