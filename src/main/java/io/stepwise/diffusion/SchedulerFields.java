package io.stepwise.diffusion;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one {@code scheduler_config.json}, of known types but not yet of known meaning.
 *
 * <p>A file may carry fields that its own class does not read but a compatible class does, since
 * diffusers keeps them when it makes one scheduler from another; they are kept here as well. Fields
 * that begin with an underscore say who wrote the file and are dropped. Immutable; compared by
 * value.
 */
final class SchedulerFields {

  /** What diffusers' other schedulers, or its older versions, read: kept and never used here. */
  private static final Set<String> OF_OTHER_SCHEDULERS =
      Set.of(
          "algorithm_type",
          "disable_corrector",
          "euler_at_final",
          "final_sigmas_type",
          "flow_shift",
          "interpolation_type",
          "lambda_min_clipped",
          "lower_order_final",
          "original_inference_steps",
          "predict_x0",
          "sigma_max",
          "sigma_min",
          "skip_prk_steps",
          "solver_order",
          "solver_p",
          "solver_type",
          "tensor_format",
          "timestep_scaling",
          "timestep_type",
          "use_beta_sigmas",
          "use_exponential_sigmas",
          "use_flow_sigmas",
          "use_karras_sigmas",
          "use_lu_lambdas");

  private final Map<SchedulerField, Object> known;
  private final SortedMap<String, Object> carried;

  private SchedulerFields(Map<SchedulerField, Object> known, SortedMap<String, Object> carried) {
    this.known = known;
    this.carried = carried;
  }

  /**
   * Checks the names and types of a file's fields.
   *
   * @throws IllegalArgumentException if a field has an unknown name or a value of the wrong type
   */
  static SchedulerFields parse(Map<String, ?> file) {
    Map<String, SchedulerField> byKey =
        Arrays.stream(SchedulerField.values())
            .collect(Collectors.toMap(SchedulerField::key, field -> field));
    Map<SchedulerField, Object> known = new EnumMap<>(SchedulerField.class);
    SortedMap<String, Object> carried = new TreeMap<>();
    file.forEach(
        (key, value) -> {
          SchedulerField field = byKey.get(key);
          if (value == null || key.startsWith("_")) {
            return;
          }
          if (field != null) {
            known.put(field, field.canonical(value));
          } else if (OF_OTHER_SCHEDULERS.contains(key)) {
            carried.put(key, value instanceof List<?> list ? List.copyOf(list) : value);
          } else {
            throw new IllegalArgumentException(
                key + ": " + value + " (expected: no field of this name)");
          }
        });
    return new SchedulerFields(known, carried);
  }

  /** Returns these fields and those of the defaults that are missing here. */
  SchedulerFields withDefaults(Map<SchedulerField, Object> defaults) {
    Map<SchedulerField, Object> all = new EnumMap<>(SchedulerField.class);
    defaults.forEach((field, value) -> all.put(field, field.canonical(value)));
    all.putAll(known);
    return new SchedulerFields(all, carried);
  }

  /** Returns all fields by name in a fixed order. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    known.forEach((field, value) -> map.put(field.key(), value));
    map.putAll(carried);
    return map;
  }

  boolean has(SchedulerField field) {
    return known.containsKey(field);
  }

  boolean flag(SchedulerField field) {
    return (Boolean) get(field);
  }

  String text(SchedulerField field) {
    return (String) get(field);
  }

  int integer(SchedulerField field, int low, int high) {
    int value = (Integer) get(field);
    if (value < low || value > high) {
      throw refuse(field, low + " to " + high);
    }
    return value;
  }

  double positive(SchedulerField field, double high) {
    double value = (Double) get(field);
    if (!(value > 0) || value > high) {
      throw refuse(field, high == Double.MAX_VALUE ? "> 0" : "> 0 and <= " + high);
    }
    return value;
  }

  double[] numbers(SchedulerField field) {
    return ((List<?>) get(field)).stream().mapToDouble(number -> (Double) number).toArray();
  }

  /** Returns the constant whose name, in lower case, is the field's text. */
  <E extends Enum<E>> E choice(SchedulerField field, Class<E> type) {
    String text = text(field);
    E[] constants = Objects.requireNonNull(type.getEnumConstants());
    for (E constant : constants) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(text)) {
        return constant;
      }
    }
    throw refuse(
        field,
        Arrays.stream(constants)
            .map(constant -> constant.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", ", "one of ", "")));
  }

  /** Returns the exception that says which value of a field was expected instead. */
  IllegalArgumentException refuse(SchedulerField field, String expectation) {
    Object value = get(field);
    Object shown = value instanceof List<?> list ? list.size() + " numbers" : value;
    return new IllegalArgumentException(
        field.key() + ": " + shown + " (expected: " + expectation + ")");
  }

  private Object get(SchedulerField field) {
    return Objects.requireNonNull(known.get(field), field::key);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SchedulerFields that
        && known.equals(that.known)
        && carried.equals(that.carried);
  }

  @Override
  public int hashCode() {
    return 31 * known.hashCode() + carried.hashCode();
  }
}
