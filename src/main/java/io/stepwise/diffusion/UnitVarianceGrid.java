package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The noise levels of multistep solvers, at whole timesteps of a model that was trained at unit
 * variance. diffusers' DPM-Solver++ and UniPC.
 *
 * @param model the model
 * @param spacing where the levels lie
 * @param most the first level with a spacing of its own; null for that of timestep T - 1
 * @param least the last level with a spacing of its own; null for that of timestep 0
 * @param lowestLogSnr timesteps with less than this half log-SNR are left out; null for none
 * @param roundsTimes whether the timesteps of levels with a spacing of their own are rounded to the
 *     nearest, or else down
 * @param end where the last step leads
 */
record UnitVarianceGrid(
    DiscreteModel model,
    RatioSpacing spacing,
    @Nullable Double most,
    @Nullable Double least,
    @Nullable Double lowestLogSnr,
    boolean roundsTimes,
    End end) {

  /** Where the last step leads. */
  enum End {
    CLEAN,
    TIMESTEP_0,
    /** The least level of a spacing of its own, or else timestep 0. */
    LEAST_LEVEL
  }

  /** Reads the levels of diffusers' DPM-Solver++. */
  static UnitVarianceGrid ofDpm(SchedulerFields fields) {
    RatioSpacing spacing = RatioSpacing.of(fields);
    boolean isCosine = fields.text(SchedulerField.BETA_SCHEDULE).equals("squaredcos_cap_v2");
    return new UnitVarianceGrid(
        DiscreteModel.of(fields),
        spacing,
        fields.positiveOrNull(SchedulerField.SIGMA_MAX),
        fields.positiveOrNull(SchedulerField.SIGMA_MIN),
        fields.has(SchedulerField.LAMBDA_MIN_CLIPPED)
            ? fields.number(SchedulerField.LAMBDA_MIN_CLIPPED)
            : null,
        !isCosine && (spacing == RatioSpacing.KARRAS || spacing == RatioSpacing.LU),
        FinalSigma.isZero(fields) ? End.CLEAN : End.TIMESTEP_0);
  }

  /** Reads the levels of diffusers' UniPC. */
  static UnitVarianceGrid ofUniPc(SchedulerFields fields) {
    RatioSpacing spacing = RatioSpacing.of(fields);
    return new UnitVarianceGrid(
        DiscreteModel.of(fields),
        spacing,
        fields.positiveOrNull(SchedulerField.SIGMA_MAX),
        fields.positiveOrNull(SchedulerField.SIGMA_MIN),
        null,
        spacing == RatioSpacing.KARRAS,
        FinalSigma.isZero(fields) ? End.CLEAN : End.LEAST_LEVEL);
  }

  /**
   * Returns the levels of a plan with this many steps, or fewer where the noisiest are left out.
   */
  NoiseGrid grid(int steps) {
    RatioTable table = RatioTable.of(model.schedule());
    int[] timesteps = timesteps(table, steps);
    double lastRatio = table.least();
    List<GridPoint> points = new ArrayList<>(steps);
    if (spacing == RatioSpacing.TIMESTEPS) {
      for (int timestep : timesteps) {
        points.add(point(timestep, table.at(timestep)));
      }
    } else {
      double[] ratios =
          spacing.ratios(
              most == null ? table.most() : most, least == null ? lastRatio : least, steps);
      for (double ratio : ratios) {
        double time = table.timeOf(ratio);
        points.add(point((int) (roundsTimes ? Math.rint(time) : time), ratio));
      }
      lastRatio = end == End.LEAST_LEVEL ? ratios[steps - 1] : lastRatio;
    }
    return new NoiseGrid(
        1, points, NoiseLevel.ofRatio(end == End.CLEAN ? 0 : (float) lastRatio), model.clip());
  }

  private int[] timesteps(RatioTable table, int steps) {
    int trained = model.schedule().trainTimesteps();
    int noisiest = trained - (lowestLogSnr == null ? 0 : table.countBelow(lowestLogSnr));
    if (noisiest < 1) {
      throw new IllegalArgumentException(
          "lambda_min_clipped: %s (expected: at most that of timestep 0, %s)"
              .formatted(lowestLogSnr, -Math.log(table.least())));
    }
    return model.spacing().multistepTimesteps(steps, noisiest, trained, model.stepsOffset());
  }

  private GridPoint point(int timestep, double ratio) {
    NoiseLevel level = NoiseLevel.ofRatio((float) ratio);
    return new GridPoint(
        timestep, 1, level, model.prediction().denoised(level.alpha(), level.sigma()));
  }
}
