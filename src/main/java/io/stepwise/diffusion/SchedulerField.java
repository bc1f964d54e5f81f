package io.stepwise.diffusion;

import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The fields of a {@code scheduler_config.json} that a solver here reads. */
enum SchedulerField {
  NUM_TRAIN_TIMESTEPS(Type.INTEGER),
  BETA_SCHEDULE(Type.TEXT),
  BETA_START(Type.NUMBER),
  BETA_END(Type.NUMBER),
  TRAINED_BETAS(Type.NUMBERS),
  RESCALE_BETAS_ZERO_SNR(Type.FLAG),
  SHIFT(Type.NUMBER),
  SIGMA_MIN(Type.NUMBER),
  SIGMA_MAX(Type.NUMBER),
  SIGMA_DATA(Type.NUMBER),
  RHO(Type.NUMBER),
  PREDICTION_TYPE(Type.TEXT),
  VARIANCE_TYPE(Type.TEXT),
  LOG_VARIANCE_LOW(Type.NUMBER),
  LOG_VARIANCE_HIGH(Type.NUMBER),
  CLIP_SAMPLE(Type.FLAG),
  CLIP_SAMPLE_RANGE(Type.NUMBER),
  CLIP_DENOISED(Type.FLAG),
  THRESHOLDING(Type.FLAG),
  DYNAMIC_THRESHOLDING_RATIO(Type.NUMBER),
  SAMPLE_MAX_VALUE(Type.NUMBER),
  TIMESTEP_SPACING(Type.TEXT),
  STEPS_OFFSET(Type.INTEGER),
  TIMESTEP_TYPE(Type.TEXT),
  INTERPOLATION_TYPE(Type.TEXT),
  USE_KARRAS_SIGMAS(Type.FLAG),
  USE_EXPONENTIAL_SIGMAS(Type.FLAG),
  USE_BETA_SIGMAS(Type.FLAG),
  USE_LU_LAMBDAS(Type.FLAG),
  USE_FLOW_SIGMAS(Type.FLAG),
  SIGMA_SCHEDULE(Type.TEXT),
  LAMBDA_MIN_CLIPPED(Type.NUMBER),
  FINAL_SIGMAS_TYPE(Type.TEXT),
  SET_ALPHA_TO_ONE(Type.FLAG),
  USE_CLIPPED_MODEL_OUTPUT(Type.FLAG),
  ALGORITHM_TYPE(Type.TEXT),
  SOLVER_TYPE(Type.TEXT),
  SOLVER_ORDER(Type.INTEGER),
  LOWER_ORDER_FINAL(Type.FLAG),
  EULER_AT_FINAL(Type.FLAG),
  PREDICT_X0(Type.FLAG),
  DISABLE_CORRECTOR(Type.INTEGERS),
  SKIP_PRK_STEPS(Type.FLAG),
  ORIGINAL_INFERENCE_STEPS(Type.INTEGER),
  TIMESTEP_SCALING(Type.NUMBER),
  S_NOISE(Type.NUMBER),
  USE_DYNAMIC_SHIFTING(Type.FLAG),
  INVERT_SIGMAS(Type.FLAG),
  SHIFT_TERMINAL(Type.NUMBER),
  STOCHASTIC_SAMPLING(Type.FLAG);

  private enum Type {
    INTEGER("a whole number"),
    NUMBER("a finite number"),
    NUMBERS("a list of finite numbers"),
    INTEGERS("a list of whole numbers"),
    FLAG("true or false"),
    TEXT("a string");

    private final String expectation;

    Type(String expectation) {
      this.expectation = expectation;
    }
  }

  private final Type type;

  SchedulerField(Type type) {
    this.type = type;
  }

  /** Returns the name that the field has in the file. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns a value as Integer, Double, List of either, Boolean or String, as this field has it.
   *
   * @throws IllegalArgumentException if the value has another type
   */
  Object canonical(Object value) {
    boolean fits =
        switch (type) {
          case INTEGER -> isWhole(value);
          case NUMBER -> isFinite(value);
          case NUMBERS ->
              value instanceof Collection<?> all && all.stream().allMatch(SchedulerField::isFinite);
          case INTEGERS ->
              value instanceof Collection<?> all && all.stream().allMatch(SchedulerField::isWhole);
          case FLAG -> value instanceof Boolean;
          case TEXT -> value instanceof String;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          key() + ": " + value + " (expected: " + type.expectation + ")");
    }
    return switch (type) {
      case INTEGER -> ((Number) value).intValue();
      case NUMBER -> ((Number) value).doubleValue();
      case NUMBERS -> doubles((Collection<?>) value);
      case INTEGERS -> integers((Collection<?>) value);
      case FLAG, TEXT -> value;
    };
  }

  private static List<Double> doubles(Collection<?> numbers) {
    return numbers.stream().map(number -> ((Number) number).doubleValue()).toList();
  }

  private static List<Integer> integers(Collection<?> numbers) {
    return numbers.stream().map(number -> ((Number) number).intValue()).toList();
  }

  private static boolean isWhole(Object value) {
    return value instanceof Number number && number.doubleValue() == number.intValue();
  }

  private static boolean isFinite(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue());
  }
}
