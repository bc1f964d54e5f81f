package io.stepwise.sampling;

import java.util.List;

/**
 * Whether the service can be sent work.
 *
 * @param draining whether it refuses new work for good
 * @param models each model served, in the order of the settings
 */
public record Readiness(boolean draining, List<ModelReadiness> models) {

  /** Copies the list. */
  public Readiness {
    models = List.copyOf(models);
  }

  /** Returns whether new work is taken and every model has a replica that can work. */
  public boolean ready() {
    return !draining && models.stream().allMatch(ModelReadiness::ready);
  }
}
