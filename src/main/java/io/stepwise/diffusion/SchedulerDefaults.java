package io.stepwise.diffusion;

import static io.stepwise.diffusion.SchedulerField.ALGORITHM_TYPE;
import static io.stepwise.diffusion.SchedulerField.BETA_END;
import static io.stepwise.diffusion.SchedulerField.BETA_SCHEDULE;
import static io.stepwise.diffusion.SchedulerField.BETA_START;
import static io.stepwise.diffusion.SchedulerField.CLIP_DENOISED;
import static io.stepwise.diffusion.SchedulerField.CLIP_SAMPLE;
import static io.stepwise.diffusion.SchedulerField.CLIP_SAMPLE_RANGE;
import static io.stepwise.diffusion.SchedulerField.DISABLE_CORRECTOR;
import static io.stepwise.diffusion.SchedulerField.DYNAMIC_THRESHOLDING_RATIO;
import static io.stepwise.diffusion.SchedulerField.EULER_AT_FINAL;
import static io.stepwise.diffusion.SchedulerField.FINAL_SIGMAS_TYPE;
import static io.stepwise.diffusion.SchedulerField.INTERPOLATION_TYPE;
import static io.stepwise.diffusion.SchedulerField.INVERT_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.LAMBDA_MIN_CLIPPED;
import static io.stepwise.diffusion.SchedulerField.LOG_VARIANCE_HIGH;
import static io.stepwise.diffusion.SchedulerField.LOG_VARIANCE_LOW;
import static io.stepwise.diffusion.SchedulerField.LOWER_ORDER_FINAL;
import static io.stepwise.diffusion.SchedulerField.NUM_TRAIN_TIMESTEPS;
import static io.stepwise.diffusion.SchedulerField.ORIGINAL_INFERENCE_STEPS;
import static io.stepwise.diffusion.SchedulerField.PREDICTION_TYPE;
import static io.stepwise.diffusion.SchedulerField.PREDICT_X0;
import static io.stepwise.diffusion.SchedulerField.RESCALE_BETAS_ZERO_SNR;
import static io.stepwise.diffusion.SchedulerField.RHO;
import static io.stepwise.diffusion.SchedulerField.SAMPLE_MAX_VALUE;
import static io.stepwise.diffusion.SchedulerField.SET_ALPHA_TO_ONE;
import static io.stepwise.diffusion.SchedulerField.SHIFT;
import static io.stepwise.diffusion.SchedulerField.SHIFT_TERMINAL;
import static io.stepwise.diffusion.SchedulerField.SIGMA_DATA;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MAX;
import static io.stepwise.diffusion.SchedulerField.SIGMA_MIN;
import static io.stepwise.diffusion.SchedulerField.SIGMA_SCHEDULE;
import static io.stepwise.diffusion.SchedulerField.SKIP_PRK_STEPS;
import static io.stepwise.diffusion.SchedulerField.SOLVER_ORDER;
import static io.stepwise.diffusion.SchedulerField.SOLVER_TYPE;
import static io.stepwise.diffusion.SchedulerField.STEPS_OFFSET;
import static io.stepwise.diffusion.SchedulerField.STOCHASTIC_SAMPLING;
import static io.stepwise.diffusion.SchedulerField.S_NOISE;
import static io.stepwise.diffusion.SchedulerField.THRESHOLDING;
import static io.stepwise.diffusion.SchedulerField.TIMESTEP_SCALING;
import static io.stepwise.diffusion.SchedulerField.TIMESTEP_SPACING;
import static io.stepwise.diffusion.SchedulerField.TIMESTEP_TYPE;
import static io.stepwise.diffusion.SchedulerField.TRAINED_BETAS;
import static io.stepwise.diffusion.SchedulerField.USE_BETA_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.USE_CLIPPED_MODEL_OUTPUT;
import static io.stepwise.diffusion.SchedulerField.USE_DYNAMIC_SHIFTING;
import static io.stepwise.diffusion.SchedulerField.USE_EXPONENTIAL_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.USE_FLOW_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.USE_KARRAS_SIGMAS;
import static io.stepwise.diffusion.SchedulerField.USE_LU_LAMBDAS;
import static io.stepwise.diffusion.SchedulerField.VARIANCE_TYPE;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The fields that one diffusers class reads, and what it assumes where a file says nothing.
 * Immutable.
 */
final class SchedulerDefaults {

  private final Map<SchedulerField, Object> values;
  private final Set<SchedulerField> optional;

  private SchedulerDefaults(Map<SchedulerField, Object> values, Set<SchedulerField> optional) {
    this.values = values;
    this.optional = optional;
  }

  static SchedulerDefaults ddpm() {
    return betas("leading").clipped(true).thresholded().with(VARIANCE_TYPE, "fixed_small");
  }

  static SchedulerDefaults ddim() {
    return betas("leading")
        .clipped(true)
        .thresholded()
        .with(SET_ALPHA_TO_ONE, true)
        .with(USE_CLIPPED_MODEL_OUTPUT, false);
  }

  static SchedulerDefaults euler() {
    return betas("linspace")
        .spaced()
        .with(INTERPOLATION_TYPE, "linear")
        .with(TIMESTEP_TYPE, "discrete")
        .with(FINAL_SIGMAS_TYPE, "zero");
  }

  static SchedulerDefaults ancestralEuler() {
    return betas("linspace");
  }

  static SchedulerDefaults heun() {
    return betas("linspace")
        .with(BETA_START, 0.00085)
        .with(BETA_END, 0.012)
        .spaced()
        .clipped(false);
  }

  static SchedulerDefaults dpm() {
    return betas("linspace")
        .multistep("midpoint")
        .with(ALGORITHM_TYPE, "dpmsolver++")
        .with(EULER_AT_FINAL, false)
        .with(USE_LU_LAMBDAS, false)
        .withOptional(LAMBDA_MIN_CLIPPED)
        .spaced();
  }

  static SchedulerDefaults uniPc() {
    return betas("linspace")
        .multistep("bh2")
        .with(PREDICT_X0, true)
        .with(DISABLE_CORRECTOR, List.of())
        .spaced();
  }

  static SchedulerDefaults pndm() {
    return betas("leading").with(SKIP_PRK_STEPS, false).with(SET_ALPHA_TO_ONE, false);
  }

  static SchedulerDefaults lcm() {
    return betas("leading")
        .with(BETA_SCHEDULE, "scaled_linear")
        .with(BETA_START, 0.00085)
        .with(BETA_END, 0.012)
        .clipped(false)
        .thresholded()
        .with(SET_ALPHA_TO_ONE, true)
        .with(ORIGINAL_INFERENCE_STEPS, 50)
        .with(TIMESTEP_SCALING, 10.0);
  }

  static SchedulerDefaults renoising() {
    return betas("linspace").clipped(true);
  }

  static SchedulerDefaults flowEuler() {
    return flowHeun()
        .spaced()
        .with(USE_DYNAMIC_SHIFTING, false)
        .with(INVERT_SIGMAS, false)
        .with(STOCHASTIC_SAMPLING, false)
        .withOptional(SHIFT_TERMINAL);
  }

  static SchedulerDefaults flowHeun() {
    return new SchedulerDefaults(Map.of(), Set.of())
        .with(NUM_TRAIN_TIMESTEPS, 1000)
        .with(SHIFT, 1.0);
  }

  static SchedulerDefaults edmEuler() {
    return preconditioned()
        .with(NUM_TRAIN_TIMESTEPS, 1000)
        .with(PREDICTION_TYPE, "epsilon")
        .with(SIGMA_SCHEDULE, "karras")
        .with(FINAL_SIGMAS_TYPE, "zero");
  }

  static SchedulerDefaults edmDpm() {
    return edmEuler()
        .thresholded()
        .with(ALGORITHM_TYPE, "dpmsolver++")
        .with(SOLVER_ORDER, 2)
        .with(SOLVER_TYPE, "midpoint")
        .with(LOWER_ORDER_FINAL, true)
        .with(EULER_AT_FINAL, false);
  }

  static SchedulerDefaults consistency() {
    return preconditioned()
        .with(NUM_TRAIN_TIMESTEPS, 40)
        .with(S_NOISE, 1.0)
        .with(CLIP_DENOISED, true);
  }

  static SchedulerDefaults hierarchical() {
    return new SchedulerDefaults(Map.of(), Set.of())
        .with(NUM_TRAIN_TIMESTEPS, 8)
        .with(VARIANCE_TYPE, "learned_range")
        .with(LOG_VARIANCE_LOW, -6.0)
        .with(LOG_VARIANCE_HIGH, 2.0);
  }

  private static SchedulerDefaults preconditioned() {
    return new SchedulerDefaults(Map.of(), Set.of())
        .with(SIGMA_MIN, 0.002)
        .with(SIGMA_MAX, 80.0)
        .with(SIGMA_DATA, 0.5)
        .with(RHO, 7.0);
  }

  /** Returns the values that a missing field has. */
  Map<SchedulerField, Object> values() {
    return values;
  }

  /** Returns all fields that the class reads. */
  Set<SchedulerField> fields() {
    EnumSet<SchedulerField> fields = EnumSet.copyOf(values.keySet());
    fields.addAll(optional);
    return fields;
  }

  private static SchedulerDefaults betas(String timestepSpacing) {
    return new SchedulerDefaults(Map.of(), Set.of(TRAINED_BETAS))
        .with(NUM_TRAIN_TIMESTEPS, 1000)
        .with(BETA_SCHEDULE, "linear")
        .with(BETA_START, 1e-4)
        .with(BETA_END, 0.02)
        .with(RESCALE_BETAS_ZERO_SNR, false)
        .with(PREDICTION_TYPE, "epsilon")
        .with(TIMESTEP_SPACING, timestepSpacing)
        .with(STEPS_OFFSET, 0);
  }

  private SchedulerDefaults clipped(boolean clips) {
    return with(CLIP_SAMPLE, clips).with(CLIP_SAMPLE_RANGE, 1.0);
  }

  private SchedulerDefaults thresholded() {
    return with(THRESHOLDING, false)
        .with(DYNAMIC_THRESHOLDING_RATIO, 0.995)
        .with(SAMPLE_MAX_VALUE, 1.0);
  }

  private SchedulerDefaults multistep(String solverType) {
    return thresholded()
        .with(SOLVER_ORDER, 2)
        .with(SOLVER_TYPE, solverType)
        .with(LOWER_ORDER_FINAL, true)
        .with(FINAL_SIGMAS_TYPE, "zero")
        .with(USE_FLOW_SIGMAS, false);
  }

  /**
   * Adds the spacings of {@link RatioSpacing}; the bounds are read by all classes that have them.
   */
  private SchedulerDefaults spaced() {
    return with(USE_KARRAS_SIGMAS, false)
        .with(USE_EXPONENTIAL_SIGMAS, false)
        .with(USE_BETA_SIGMAS, false)
        .withOptional(SIGMA_MIN)
        .withOptional(SIGMA_MAX);
  }

  private SchedulerDefaults with(SchedulerField field, Object value) {
    Map<SchedulerField, Object> more = new EnumMap<>(SchedulerField.class);
    more.putAll(values);
    more.put(field, value);
    return new SchedulerDefaults(more, optional);
  }

  private SchedulerDefaults withOptional(SchedulerField field) {
    Set<SchedulerField> more = EnumSet.of(field);
    more.addAll(optional);
    return new SchedulerDefaults(values, more);
  }
}
