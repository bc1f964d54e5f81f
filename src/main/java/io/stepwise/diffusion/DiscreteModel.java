package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a solver must know of a model that was trained on a finite list of noise levels.
 *
 * @param schedule the noise levels
 * @param prediction what the network's output stands for
 * @param clip bound of the clean estimate; null for none
 * @param spacing which timesteps a plan visits
 * @param stepsOffset offset of the timesteps with {@link TimestepSpacing#LEADING}, 0 or more
 */
record DiscreteModel(
    NoiseSchedule schedule,
    Prediction prediction,
    @Nullable Double clip,
    TimestepSpacing spacing,
    int stepsOffset) {

  /** Reads a model from the fields that a diffusers class for models of betas reads. */
  static DiscreteModel of(SchedulerFields fields) {
    fields.requireOff(SchedulerField.THRESHOLDING);
    boolean clips =
        fields.has(SchedulerField.CLIP_SAMPLE) && fields.flag(SchedulerField.CLIP_SAMPLE);
    return new DiscreteModel(
        schedule(fields),
        prediction(fields),
        clips ? fields.positive(SchedulerField.CLIP_SAMPLE_RANGE, Double.MAX_VALUE) : null,
        fields.choice(SchedulerField.TIMESTEP_SPACING, TimestepSpacing.class),
        fields.integer(SchedulerField.STEPS_OFFSET, 0, NoiseSchedule.MAX_TIMESTEPS));
  }

  private static Prediction prediction(SchedulerFields fields) {
    if (fields.text(SchedulerField.PREDICTION_TYPE).equals(Prediction.FLOW.fieldValue())) {
      throw fields.refuse(
          SchedulerField.PREDICTION_TYPE,
          "epsilon, sample or v_prediction, or the scheduler class of a flow-matching model");
    }
    return Prediction.of(fields.text(SchedulerField.PREDICTION_TYPE));
  }

  /** Reads the noise levels of a model's training. */
  static NoiseSchedule schedule(SchedulerFields fields) {
    NoiseSchedule schedule = betaSchedule(fields);
    return fields.flag(SchedulerField.RESCALE_BETAS_ZERO_SNR)
        ? schedule.withZeroTerminalSignal()
        : schedule;
  }

  private static NoiseSchedule betaSchedule(SchedulerFields fields) {
    int timesteps =
        fields.integer(SchedulerField.NUM_TRAIN_TIMESTEPS, 1, NoiseSchedule.MAX_TIMESTEPS);
    if (fields.has(SchedulerField.TRAINED_BETAS)) {
      double[] betas = fields.numbers(SchedulerField.TRAINED_BETAS);
      if (betas.length != timesteps) {
        throw fields.refuse(
            SchedulerField.TRAINED_BETAS, "as many as num_train_timesteps, " + timesteps);
      }
      return NoiseSchedule.ofBetas(betas);
    }
    BetaSchedule kind = fields.choice(SchedulerField.BETA_SCHEDULE, BetaSchedule.class);
    double start = fields.positive(SchedulerField.BETA_START, 1);
    double end = fields.positive(SchedulerField.BETA_END, 1);
    return kind.schedule(timesteps, start, end);
  }

  /** Returns the timesteps of a plan, the noisiest first. */
  int[] timesteps(int steps) {
    return spacing.timesteps(steps, schedule.trainTimesteps(), stepsOffset);
  }

  /** Returns the noise levels of a plan that ends at the clean image. */
  NoiseGrid grid(int steps) {
    List<GridPoint> points =
        Arrays.stream(timesteps(steps))
            .mapToObj(t -> point(t, new NoiseLevel(schedule.alpha(t), schedule.sigma(t))))
            .toList();
    return new NoiseGrid(1, points, new NoiseLevel(1, 0), clip);
  }

  /** Returns how the network is asked at any level of the schedule. */
  Denoiser denoiser() {
    return new Denoiser(
        schedule.gamma(0),
        schedule.gamma(schedule.trainTimesteps() - 1),
        gamma ->
            point(
                schedule.timestep(gamma),
                new NoiseLevel(
                    Math.sqrt(NegativeLogSnr.alphaBar(gamma)),
                    Math.sqrt(NegativeLogSnr.sigmaSquared(gamma)))));
  }

  private GridPoint point(double timestep, NoiseLevel level) {
    return new GridPoint(timestep, 1, level, prediction.denoised(level.alpha(), level.sigma()));
  }

  /**
   * Returns the row that evaluates the network at a timestep.
   *
   * @throws IllegalArgumentException if the prediction gives no clean estimate there
   */
  StepRow row(int timestep, StepMatrix m, double v, @Nullable LogVarianceBounds bounds) {
    Prediction.OfOutput denoised =
        prediction.denoised(schedule.alpha(timestep), schedule.sigma(timestep));
    return new StepRow(timestep, 1, denoised.x(), denoised.out(), clip, m, v, bounds);
  }
}
