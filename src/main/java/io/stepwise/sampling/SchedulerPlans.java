package io.stepwise.sampling;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plans of a scheduler config: its noise schedule with every solver that supports it. */
final class SchedulerPlans implements PlanSource {

  private final SchedulerConfig config;
  private final Map<String, SchedulerConfig> solvers = new LinkedHashMap<>();

  SchedulerPlans(SchedulerConfig config) {
    this.config = config;
    for (String solver : SchedulerConfig.solverNames()) {
      try {
        solvers.put(solver, config.withSolver(solver));
      } catch (IllegalArgumentException unsupported) {
        // A solver that does not fit the model's schedule is none of the model's solvers.
      }
    }
  }

  @Override
  public List<String> solvers() {
    return List.copyOf(solvers.keySet());
  }

  @Override
  public String defaultSolver() {
    return config.solver();
  }

  @Override
  public int maxSteps() {
    return config.trainTimesteps();
  }

  @Override
  public StepPlan plan(String solver, int steps, @Nullable Double eta) {
    SchedulerConfig chosen = solvers.get(solver);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "solver: " + solver + " (expected: one of " + solvers.keySet() + ")");
    }
    return chosen.plan(steps, eta);
  }
}
