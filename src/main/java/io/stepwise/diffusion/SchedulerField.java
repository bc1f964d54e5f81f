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
  PREDICTION_TYPE(Type.TEXT),
  VARIANCE_TYPE(Type.TEXT),
  CLIP_SAMPLE(Type.FLAG),
  CLIP_SAMPLE_RANGE(Type.NUMBER),
  THRESHOLDING(Type.FLAG),
  DYNAMIC_THRESHOLDING_RATIO(Type.NUMBER),
  SAMPLE_MAX_VALUE(Type.NUMBER),
  TIMESTEP_SPACING(Type.TEXT),
  STEPS_OFFSET(Type.INTEGER),
  SET_ALPHA_TO_ONE(Type.FLAG);

  private enum Type {
    INTEGER("a whole number"),
    NUMBER("a finite number"),
    NUMBERS("a list of finite numbers"),
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
   * Returns a value as Integer, Double, List of Double, Boolean or String, as this field has it.
   *
   * @throws IllegalArgumentException if the value has another type
   */
  Object canonical(Object value) {
    boolean fits =
        switch (type) {
          case INTEGER -> value instanceof Number number && isWhole(number);
          case NUMBER -> isFinite(value);
          case NUMBERS ->
              value instanceof Collection<?> all && all.stream().allMatch(SchedulerField::isFinite);
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
      case FLAG, TEXT -> value;
    };
  }

  private static List<Double> doubles(Collection<?> numbers) {
    return numbers.stream().map(number -> ((Number) number).doubleValue()).toList();
  }

  private static boolean isWhole(Number number) {
    return number.doubleValue() == number.intValue();
  }

  private static boolean isFinite(Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue());
  }
}
