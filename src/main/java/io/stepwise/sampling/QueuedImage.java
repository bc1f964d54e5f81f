package io.stepwise.sampling;

import io.stepwise.batching.BatchKey;
import io.stepwise.batching.WaitingImage;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An image in a router's hands.
 *
 * @param generation whom to tell what becomes of it
 */
record QueuedImage(DenoisingState state, ActorRef<Generation.News> generation)
    implements WaitingImage {

  /**
   * Tells the generation what became of a step.
   *
   * @return the image as it goes on; empty if it is finished, or lost
   */
  Optional<QueuedImage> stepOver(Replica.Outcome outcome, long batchSentNanos) {
    DenoisingState next = outcome.state();
    if (!outcome.isFinite()) {
      lose("step " + next.step() + " gave numbers that are not finite");
      return Optional.empty();
    }
    generation.tell(new Generation.StepTaken(next, batchSentNanos, outcome.preview()));
    if (next.remainingSteps() == 0) {
      generation.tell(new Generation.Sampled(next));
      return Optional.empty();
    }
    return Optional.of(new QueuedImage(next, generation));
  }

  /** Tells the generation that the image will not be made. */
  void lose(String reason) {
    generation.tell(new Generation.ImageLost(image(), reason));
  }

  @Override
  public String request() {
    return state.recipe().request();
  }

  @Override
  public String client() {
    return state.recipe().urgency().client();
  }

  @Override
  public int image() {
    return state.image();
  }

  @Override
  public BatchKey key() {
    return state.recipe().key();
  }

  @Override
  public int rows() {
    return state.recipe().rows();
  }

  @Override
  public int steps() {
    return state.recipe().plan().steps();
  }

  @Override
  public int remainingSteps() {
    return state.remainingSteps();
  }

  @Override
  public long acceptedNanos() {
    return state.recipe().urgency().acceptedNanos();
  }

  @Override
  public long deadlineNanos() {
    return state.recipe().urgency().deadlineNanos();
  }

  @Override
  public int priority() {
    return state.recipe().urgency().priority();
  }
}
