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

  /**
   * Fields that change no plan: kept so that a folder read and written again stays the same. Those
   * of dynamic shifting matter only with {@code use_dynamic_shifting}, which is refused.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "base_image_seq_len",
          "base_shift",
          "flow_shift",
          "max_image_seq_len",
          "max_shift",
          "tensor_format",
          "time_shift_type");

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
          if (isUnset(value) || key.startsWith("_")) {
            return;
          }
          if (field != null) {
            known.put(field, field.canonical(value));
          } else if (WITHOUT_EFFECT.contains(key)) {
            carried.put(key, value instanceof List<?> list ? List.copyOf(list) : value);
          } else {
            throw new IllegalArgumentException(
                key + ": " + value + " (expected: no field of this name)");
          }
        });
    return new SchedulerFields(known, carried);
  }

  /** Returns whether a value says nothing: null, or minus infinity as a lower bound. */
  private static boolean isUnset(@Nullable Object value) {
    return value == null
        || value.equals(Double.NEGATIVE_INFINITY)
        || value.equals(Float.NEGATIVE_INFINITY)
        || value.equals("-Infinity");
  }

  /** Returns these fields and those of the defaults that are missing here. */
  SchedulerFields withDefaults(Map<SchedulerField, Object> defaults) {
    Map<SchedulerField, Object> all = new EnumMap<>(SchedulerField.class);
    defaults.forEach((field, value) -> all.put(field, field.canonical(value)));
    all.putAll(known);
    return new SchedulerFields(all, carried);
  }

  /** Returns the fields that are in a set, as one diffusers class sees a file. */
  SchedulerFields only(Set<SchedulerField> seen) {
    Map<SchedulerField, Object> some = new EnumMap<>(known);
    some.keySet().retainAll(seen);
    return new SchedulerFields(some, new TreeMap<>());
  }

  /** Returns these fields, of which those in a set have the values that they have elsewhere. */
  SchedulerFields with(Set<SchedulerField> taken, SchedulerFields from) {
    Map<SchedulerField, Object> all = new EnumMap<>(known);
    all.keySet().removeAll(taken);
    from.known.forEach(
        (field, value) -> {
          if (taken.contains(field)) {
            all.put(field, value);
          }
        });
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

  /** Refuses the field unless it is false or missing. */
  void requireOff(SchedulerField field) {
    if (has(field) && flag(field)) {
      throw refuse(field, "false");
    }
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

  double number(SchedulerField field) {
    return (Double) get(field);
  }

  /** Returns a number that may be missing, or else must be more than 0. */
  @Nullable Double positiveOrNull(SchedulerField field) {
    return has(field) ? positive(field, Double.MAX_VALUE) : null;
  }

  List<Integer> integers(SchedulerField field) {
    return ((List<?>) get(field)).stream().map(Integer.class::cast).toList();
  }

  double[] numbers(SchedulerField field) {
    return ((List<?>) get(field)).stream().mapToDouble(number -> (Double) number).toArray();
  }

  /** Returns the constant whose name, in lower case and with {@code _}, is the field's text. */
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
