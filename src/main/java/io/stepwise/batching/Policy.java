package io.stepwise.batching;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Who goes first: every policy gives each request a moment by which it is due, and the earliest
 * goes first.
 *
 * <p>A policy may prefer one kind of request to another by a bounded span of time only. Then a
 * request that waits is older than all that could overtake it after at most that span, so nobody
 * starves; and since the moment does not change while an image waits, the order need not be made
 * anew as time passes.
 */
public interface Policy {

  /** How much earlier one step of priority makes a request due. */
  long PRIORITY_NANOS = 10_000_000_000L;

  /** Returns the name used in settings. */
  String name();

  /** Returns when the request whose next image this is is due. */
  long dueNanos(WaitingImage next);

  /** Returns all policies. */
  static List<Policy> all() {
    return List.of(new FifoPolicy(), new ShortestRemainingPolicy(), new DeadlinePolicy());
  }

  /**
   * Returns the policy of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Policy named(String name) {
    return all().stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "policy: "
                        + name
                        + " (expected: one of "
                        + all().stream().map(Policy::name).collect(Collectors.joining(", "))
                        + ")"));
  }

  /** Returns when a request was accepted, moved back by its priority. */
  static long seniority(WaitingImage image) {
    return image.acceptedNanos() - image.priority() * PRIORITY_NANOS;
  }
}
