package io.stepwise.sampling;

import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plans by hand: one that draws noise, one that does not, one that remembers a tensor. */
final class ToyPlans implements PlanSource {

  @Override
  public List<String> solvers() {
    return List.of("ancestral", "direct", "remembering");
  }

  @Override
  public String defaultSolver() {
    return "ancestral";
  }

  @Override
  public int maxSteps() {
    return 1000;
  }

  @Override
  public StepPlan plan(String solver, int steps, @Nullable Double eta) {
    if (eta != null && !solver.equals("direct")) {
      throw new IllegalArgumentException("eta: " + eta + " (expected: none with " + solver + ")");
    }
    boolean remembers = solver.equals("remembering");
    List<StepRow> rows = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      boolean last = i == steps - 1;
      StepMatrix m =
          remembers
              ? StepMatrix.of(new double[] {0.5, 0.1, 0.3, 0.1}, new double[] {0, 0, 1, 0})
              : StepMatrix.of(new double[] {0.6, 0.1, 0.3});
      double v = solver.equals("ancestral") && !last ? 0.2 : 0;
      rows.add(new StepRow(1000.0 * (steps - i) / steps, 0.9, 1, -0.5, 1.0, m, v, null));
    }
    return new StepPlan(remembers ? 2 : 1, remembers ? 1 : 0, rows);
  }
}
