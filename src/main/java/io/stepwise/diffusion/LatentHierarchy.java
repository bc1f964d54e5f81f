package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The prior of a hierarchy of L latents of the image's size, each a Gaussian around the one before,
 * and the step from the last to the image: Vahdat and Kautz 2020 (arXiv:2007.03898), with one
 * network that is told the level. As a table: the first latent is the first state, standard noise;
 * a row adds to a state what the network makes of it, which is the mean of the next, and noise of
 * the variance that it has learnt; the last row, timestep 0, adds no noise.
 *
 * <p>A plan of fewer steps leaves out the latents before the image.
 *
 * @param count L, 1 or more
 * @param bounds logarithms of the variance at the network's variance outputs -1 and 1
 */
public record LatentHierarchy(int count, LogVarianceBounds bounds) {

  /** The most latents: each takes two networks one after the other in every update. */
  public static final int MOST = 64;

  private static final String LEARNED = "learned_range";

  /** Reads the fields of a {@code scheduler_config.json}. */
  static LatentHierarchy of(SchedulerFields fields) {
    if (!fields.text(SchedulerField.VARIANCE_TYPE).equals(LEARNED)) {
      throw fields.refuse(SchedulerField.VARIANCE_TYPE, LEARNED + " with solver hierarchical");
    }
    double low = fields.number(SchedulerField.LOG_VARIANCE_LOW);
    double high = fields.number(SchedulerField.LOG_VARIANCE_HIGH);
    if (!(low < high)) {
      throw fields.refuse(SchedulerField.LOG_VARIANCE_HIGH, "> log_variance_low, " + low);
    }
    return new LatentHierarchy(
        fields.integer(SchedulerField.NUM_TRAIN_TIMESTEPS, 1, NoiseSchedule.MAX_TIMESTEPS),
        new LogVarianceBounds(low, high));
  }

  /**
   * Returns the fields of the {@code scheduler_config.json} of a hierarchy.
   *
   * @param count L, 1 to 64
   */
  public static Map<String, Object> scheduler(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("levels: " + count + " (expected: 1 to " + MOST + ")");
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", SolverKind.HIERARCHICAL.className());
    fields.put("num_train_timesteps", count);
    return fields;
  }

  /** Returns the row that takes a state to the next, or at timestep 0 to the image. */
  public StepRow row(int timestep) {
    return new StepRow(
        timestep,
        1,
        1,
        1,
        null,
        StepMatrix.of(new double[] {0, 0, 1}),
        timestep == 0 ? 0 : 1,
        bounds);
  }

  StepPlan plan(int steps) {
    if (steps < 1 || steps > count) {
      throw new IllegalArgumentException("steps: " + steps + " (expected: 1 to " + count + ")");
    }
    List<StepRow> rows = new ArrayList<>();
    for (int i = 1; i < steps; i++) {
      rows.add(row(count - i));
    }
    rows.add(row(0));
    return new StepPlan(1, 0, rows);
  }
}
