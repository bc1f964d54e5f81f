package io.stepwise.sampling;

import io.stepwise.batching.BatchKey;
import io.stepwise.batching.WaitingImage;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * An image in a router's hands.
 *
 * @param generation whom to tell what becomes of it
 */
record QueuedImage(DenoisingState state, ActorRef<Generation.Command> generation)
    implements WaitingImage {

  QueuedImage at(DenoisingState next) {
    return new QueuedImage(next, generation);
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
