package io.stepwise.http;

import io.stepwise.sampling.GenerationRequest;

/** What a client says on a websocket. */
sealed interface ClientMessage {

  /**
   * Asks for images.
   *
   * @param id what they are called on this socket; the request has the id that they have elsewhere
   */
  record Generate(String id, GenerationRequest request) implements ClientMessage {}

  /** Ends a generation of this socket. */
  record Cancel(String id) implements ClientMessage {}

  /** Asks to be told of something that goes on, or not any more. */
  record Watch(Topic topic, boolean wanted) implements ClientMessage {}

  /** What a client may be told of besides its generations. */
  enum Topic {
    /** Replicas, what waits for them and their batches. */
    FLEET,
    /** Where the trainer is. */
    TRAINING
  }

  /** Asks for an answer. */
  record Ping() implements ClientMessage {}
}
