package io.stepwise.batching;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Who goes first, said as slack: for how long a request could still be left waiting. The least
 * slack goes first.
 *
 * <p>Every policy must let slack fall without bound as a request waits, and as fast for all, so
 * that later arrivals cannot overtake an old request for ever.
 */
public interface Policy {

  /** How much sooner one step of priority lets a request go: as if it had waited this long. */
  long PRIORITY_NANOS = 10_000_000_000L;

  /** Returns the name used in settings. */
  String name();

  /** Returns the slack of the request whose next image this is; negative when overdue. */
  long slackNanos(WaitingImage next, long nowNanos);

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

  /** Returns how long a request has waited, its priority counted as waiting. */
  static long waitedNanos(WaitingImage image, long nowNanos) {
    return nowNanos - image.acceptedNanos() + image.priority() * PRIORITY_NANOS;
  }
}
