package io.stepwise.sampling;

/** Why a request that is well-formed was not admitted. */
public enum RefusalReason {
  /** As many images as allowed are unfinished already, in all or of this client. */
  QUEUE_FULL,
  /** The caller has as many unfinished images as it may, or would then have more. */
  TOO_MANY_IN_FLIGHT,
  /** It would not be finished in time, or would keep others from being. */
  DEADLINE_UNREACHABLE,
  /** The service finishes what it has accepted and takes nothing new. */
  DRAINING,
  /** A generation of this id is running. */
  DUPLICATE_ID,
  /** No replica of the model can be started. */
  MODEL_UNAVAILABLE
}
