package io.stepwise.sampling;

import java.util.Optional;

/**
 * An owner's name for one request.
 *
 * @param owner whose it is; another's key of the same text is another key
 */
record IdempotencyKey(String owner, String text) {

  /** Returns the key of a request, if it has one. */
  static Optional<IdempotencyKey> of(GenerationRequest request) {
    return Optional.ofNullable(request.idempotencyKey())
        .map(text -> new IdempotencyKey(request.client().owner(), text));
  }
}
