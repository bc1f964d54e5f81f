package io.stepwise.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a config's fields with defaults, which remembers what was read, so that a field
 * nobody understands is an error instead of a silently different network.
 *
 * <p>A default stands for a missing field; null is a value like any other, and only fields that may
 * be null accept it. All methods throw {@link IllegalArgumentException} with name, value and
 * expectation.
 */
final class ConfigFields {

  private static final int MAX_SHOWN = 200;

  private final Map<String, ?> fields;
  private final Set<String> read = new LinkedHashSet<>();

  ConfigFields(Map<String, ?> fields) {
    this.fields = fields;
  }

  /** Returns a whole number of this range. */
  int integer(String name, int fallback, int minimum, int maximum) {
    return has(name) ? integer(name, get(name), "a whole number", minimum, maximum) : fallback;
  }

  /** Returns a whole number of this range, or null where it is null. */
  @Nullable Integer integerOrNull(
      String name, @Nullable Integer fallback, int minimum, int maximum) {
    Object value = get(name);
    if (value == null) {
      return has(name) ? null : fallback;
    }
    return integer(name, value, "a whole number", minimum, maximum);
  }

  /** Returns a number of this range. */
  double number(String name, double fallback, double minimum, double maximum) {
    if (!has(name)) {
      return fallback;
    }
    if (get(name) instanceof Number number
        && number.doubleValue() >= minimum
        && number.doubleValue() <= maximum) {
      return number.doubleValue();
    }
    throw unexpected(name, "a number from " + minimum + " to " + maximum);
  }

  /** Returns true or false. */
  boolean flag(String name, boolean fallback) {
    if (!has(name)) {
      return fallback;
    }
    if (get(name) instanceof Boolean flag) {
      return flag;
    }
    throw unexpected(name, "true or false");
  }

  /** Returns a text, one of those allowed. */
  String text(String name, String fallback, List<String> allowed) {
    if (!has(name)) {
      return fallback;
    }
    if (get(name) instanceof String text && allowed.contains(text)) {
      return text;
    }
    throw unexpected(name, "one of " + allowed);
  }

  /** Returns a list of texts, each one of those allowed. */
  List<String> texts(String name, List<String> fallback, List<String> allowed) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(name, fallback)) {
      if (!(element instanceof String text) || !allowed.contains(text)) {
        throw unexpected(name, "each one of " + allowed);
      }
      texts.add(text);
    }
    return List.copyOf(texts);
  }

  /** Returns a list of whole numbers of this range. */
  List<Integer> integers(String name, List<Integer> fallback, int minimum, int maximum) {
    List<Integer> numbers = new ArrayList<>();
    for (Object element : list(name, fallback)) {
      numbers.add(integer(name, element, "whole numbers", minimum, maximum));
    }
    return List.copyOf(numbers);
  }

  /** Returns a list of this many finite numbers, or null where it is null or missing. */
  @Nullable List<Double> numbersOrNull(String name, int count) {
    if (get(name) == null) {
      return null;
    }
    List<?> list = list(name, List.of());
    List<Double> numbers = new ArrayList<>();
    for (Object element : list) {
      if (list.size() != count
          || !(element instanceof Number number)
          || !Double.isFinite(number.doubleValue())) {
        throw unexpected(name, "null or a list of " + count + " numbers");
      }
      numbers.add(number.doubleValue());
    }
    return List.copyOf(numbers);
  }

  /** Accepts a field only with one of the values that this program supports; missing is fine. */
  void require(String name, @Nullable Object... supported) {
    Object value = get(name);
    if (has(name) && Arrays.stream(supported).noneMatch(s -> same(s, value))) {
      throw unexpected(name, supported.length == 1 ? supported[0] : Arrays.toString(supported));
    }
  }

  /** Notes fields that cannot change a result. */
  void ignore(String... names) {
    read.addAll(Arrays.asList(names));
  }

  /** Throws if a field was never asked for; names that begin with an underscore are comments. */
  void requireAllRead() {
    for (Map.Entry<String, ?> entry : fields.entrySet()) {
      String name = entry.getKey();
      if (!read.contains(name) && !name.startsWith("_") && entry.getValue() != null) {
        throw unexpected(name, "no field of this name");
      }
    }
  }

  /** Returns whether the field is there, be it null. */
  boolean has(String name) {
    return fields.containsKey(name);
  }

  /** Returns the field as it stands, null where it is null or missing. */
  @Nullable Object get(String name) {
    read.add(name);
    return fields.get(name);
  }

  IllegalArgumentException unexpected(String name, @Nullable Object expectation) {
    String value = String.valueOf(fields.get(name));
    String shown = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "...";
    return new IllegalArgumentException(name + ": " + shown + " (expected: " + expectation + ")");
  }

  /** Returns whether a value is a whole number of this range: 8 or, as some write it, 8.0. */
  static boolean isInteger(@Nullable Object value, int minimum, int maximum) {
    return value instanceof Number number
        && number.doubleValue() == Math.rint(number.doubleValue())
        && number.doubleValue() >= minimum
        && number.doubleValue() <= maximum;
  }

  private int integer(
      String name, @Nullable Object value, String expectation, int minimum, int maximum) {
    if (value instanceof Number number && isInteger(value, minimum, maximum)) {
      return number.intValue();
    }
    throw unexpected(name, expectation + " from " + minimum + " to " + maximum);
  }

  private List<?> list(String name, List<?> fallback) {
    if (!has(name)) {
      return fallback;
    }
    if (get(name) instanceof List<?> list && !list.isEmpty()) {
      return list;
    }
    throw unexpected(name, "a list");
  }

  private static boolean same(@Nullable Object supported, @Nullable Object value) {
    if (supported instanceof Number a && value instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    if (supported instanceof List<?> a && value instanceof List<?> b && a.size() == b.size()) {
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    return Objects.equals(supported, value);
  }
}
