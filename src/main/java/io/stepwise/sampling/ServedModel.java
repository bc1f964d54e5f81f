package io.stepwise.sampling;

import io.stepwise.network.DenoisingModel;

/**
 * A model and the means given to it.
 *
 * @param model the weights
 * @param plans its solvers
 * @param replicas how many copies of the weights work at the same time, 1 or more
 * @param threads native threads for each replica, 1 or more; replicas x threads should not exceed
 *     the cores
 * @param versions where this and other versions of the weights are kept
 */
public record ServedModel(
    DenoisingModel model, PlanSource plans, int replicas, int threads, VersionStore versions) {

  /** Makes a model that has no other version. */
  public ServedModel(DenoisingModel model, PlanSource plans, int replicas, int threads) {
    this(model, plans, replicas, threads, VersionStore.of(model));
  }

  /** Checks the counts. */
  public ServedModel {
    if (replicas < 1) {
      throw new IllegalArgumentException("replicas: " + replicas + " (expected: >= 1)");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads: " + threads + " (expected: >= 1)");
    }
  }

  /** Returns a model with the solvers of its own noise schedule. */
  public static ServedModel of(DenoisingModel model, int replicas, int threads) {
    PlanSource plans = PlanSource.of(model.description().scheduler());
    return new ServedModel(model, plans, replicas, threads);
  }

  /** Returns the same model with a place for other versions. */
  public ServedModel versionedIn(VersionStore store) {
    return new ServedModel(model, plans, replicas, threads, store);
  }

  String name() {
    return model.description().name();
  }
}
