package io.stepwise.batching;

/** What a decision needs to know of an image that waits for its next step. */
public interface WaitingImage {

  /** Returns the id of the request that the image belongs to. */
  String request();

  /** Returns among whom the capacity is shared evenly; the same for all images of a request. */
  String client();

  /** Returns the image's index in its request. */
  int image();

  /** Returns what the image's batch mates must share; the same for all images of a request. */
  BatchKey key();

  /** Returns how many network rows its step costs, 1 or more; the same for all of a request. */
  int rows();

  /** Returns how many steps it takes from its first to its last, 1 or more. */
  int steps();

  /** Returns how many steps it still needs, the next one included, 1 or more. */
  int remainingSteps();

  /** Returns when its request was accepted. */
  long acceptedNanos();

  /** Returns when its request must be finished. */
  long deadlineNanos();

  /** Returns its request's priority, higher goes first; 0 is ordinary. */
  int priority();
}
