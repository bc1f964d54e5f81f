package io.stepwise.sampling;

import io.stepwise.network.ModelDescription;
import java.util.List;

/**
 * A model as callers may ask for it.
 *
 * @param solvers names of the solvers that requests may name
 * @param defaultSolver the one that is used when a request names none
 * @param maxSteps most steps that a request may ask for
 * @param ready whether a replica can work on it
 */
public record ModelInfo(
    ModelDescription description,
    List<String> solvers,
    String defaultSolver,
    int maxSteps,
    boolean ready) {

  /** Copies the list. */
  public ModelInfo {
    solvers = List.copyOf(solvers);
  }
}
