package io.stepwise.sampling;

import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.diffusion.StepPlan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the plans of one model come from: its noise schedule with any solver. Thread safe. */
public interface PlanSource {

  /** Returns the plans of a model's own noise schedule. */
  static PlanSource of(SchedulerConfig config) {
    return new SchedulerPlans(config);
  }

  /** Returns the names of the solvers that fit the model, in the order they are shown. */
  List<String> solvers();

  /** Returns the solver that is used when a request names none. */
  String defaultSolver();

  /** Returns the most steps that a plan can have, usually the timesteps of the training. */
  int maxSteps();

  /**
   * Returns the plan of a solver.
   *
   * @param solver one of {@link #solvers()}
   * @param steps 1 to {@link #maxSteps()}
   * @param eta a finite number >= 0; null for the solver's default
   * @throws IllegalArgumentException if these do not go together; the message begins with the name
   *     of the field that is to blame and a colon
   */
  StepPlan plan(String solver, int steps, @Nullable Double eta);
}
