package io.stepwise.sampling;

import java.util.List;

/**
 * Whether the service can be sent work.
 *
 * @param draining whether it refuses new work for good
 * @param detail what else stands in the way of work; empty if nothing does
 * @param models each model served, in the order of the settings
 */
public record Readiness(boolean draining, String detail, List<ModelReadiness> models) {

  /** Says whether a service can be sent work, in whose way nothing else stands. */
  public Readiness(boolean draining, List<ModelReadiness> models) {
    this(draining, "", models);
  }

  /** Copies the list. */
  public Readiness {
    models = List.copyOf(models);
  }

  /** Returns whether new work is taken and every model has a replica that can work. */
  public boolean ready() {
    return !draining && detail.isEmpty() && models.stream().allMatch(ModelReadiness::ready);
  }
}
