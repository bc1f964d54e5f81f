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
 */
public record ServedModel(DenoisingModel model, PlanSource plans, int replicas, int threads) {

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

  String name() {
    return model.description().name();
  }
}
