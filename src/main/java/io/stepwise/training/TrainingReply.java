package io.stepwise.training;

import org.jspecify.annotations.Nullable;

/** What a trainer answers to an order. */
public sealed interface TrainingReply {

  /** The order is carried out; a pause and a stop take effect after the update that runs. */
  record Accepted(TrainingStatus status) implements TrainingReply {}

  /**
   * The order is not carried out.
   *
   * @param field field of the order that is wrong; null if it is none
   * @param message for people
   */
  record Refused(Reason reason, @Nullable String field, String message) implements TrainingReply {}

  /** Why an order is not carried out. */
  enum Reason {
    /** No model of this name can be trained. */
    UNKNOWN_MODEL,
    /** The order does not suit the model, the data or what was trained before. */
    INVALID,
    /** Another training is under way. */
    ALREADY_RUNNING,
    /** No training is under way. */
    NOT_RUNNING,
    /** No node of the cluster trains just now. */
    NO_TRAINER,
    /** The training could not begin, through no fault of the order. */
    CANNOT_BEGIN
  }
}
