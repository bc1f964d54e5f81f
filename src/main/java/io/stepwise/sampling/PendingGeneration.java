package io.stepwise.sampling;

import java.util.concurrent.CompletionStage;

/**
 * A request under way for a caller that is no actor. Thread safe.
 *
 * @param result how it ends
 * @param leaving what {@link #leave} does
 */
public record PendingGeneration(CompletionStage<GenerationResult> result, Runnable leaving) {

  /**
   * The caller does not wait any more: the result completes as {@code Cancelled}, and so ends the
   * generation unless it is detached or somebody else listens to it. Has no effect when it has
   * ended.
   */
  public void leave() {
    leaving.run();
  }
}
