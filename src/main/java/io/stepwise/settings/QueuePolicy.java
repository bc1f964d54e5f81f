package io.stepwise.settings;

/** Which of the waiting images go first; in the file each is written in lower case with dashes. */
public enum QueuePolicy {
  /** The longest waiting. */
  FIFO,
  /** Those with the fewest steps to go. */
  SHORTEST_REMAINING,
  /** Those with the least time to spare. */
  DEADLINE,
  /** Batches that are run to their end, for comparison only. */
  REQUEST
}
