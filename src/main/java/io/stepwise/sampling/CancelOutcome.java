package io.stepwise.sampling;

/** What a cancel found. */
public enum CancelOutcome {
  /** The generation ran and has now ended; its caller is told {@code Cancelled}. */
  CANCELLED,
  /** The generation had ended already. */
  ALREADY_ENDED,
  /** No generation of this id is known. */
  UNKNOWN
}
