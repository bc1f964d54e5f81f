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
 * <p>All methods throw {@link IllegalArgumentException} with name, value and expectation.
 */
final class ConfigFields {

  private final Map<String, ?> fields;
  private final Set<String> read = new LinkedHashSet<>();

  ConfigFields(Map<String, ?> fields) {
    this.fields = fields;
  }

  /** Returns a whole number of at least this minimum. */
  int integer(String name, int fallback, int minimum) {
    Integer value = integerOrNull(name, minimum);
    return value == null ? fallback : value;
  }

  /** Returns a whole number of at least this minimum, or null where it is null or missing. */
  @Nullable Integer integerOrNull(String name, int minimum) {
    Object value = get(name);
    if (value == null) {
      return null;
    }
    if (value instanceof Integer number && number >= minimum) {
      return number;
    }
    throw unexpected(name, "a whole number >= " + minimum);
  }

  /** Returns a number. */
  double number(String name, double fallback) {
    Object value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw unexpected(name, "a number");
  }

  /** Returns true or false. */
  boolean flag(String name, boolean fallback) {
    Object value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    throw unexpected(name, "true or false");
  }

  /** Returns a text. */
  String text(String name, String fallback) {
    Object value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof String text) {
      return text;
    }
    throw unexpected(name, "a text");
  }

  /** Returns a list of texts, each one of those allowed. */
  List<String> texts(String name, List<String> fallback, List<String> allowed) {
    List<String> texts = new ArrayList<>();
    for (Object element : list(name, fallback)) {
      if (!allowed.contains(element)) {
        throw new IllegalArgumentException(
            name + ": " + element + " (expected: each one of " + allowed + ")");
      }
      texts.add((String) element);
    }
    return List.copyOf(texts);
  }

  /** Returns a list of whole numbers of at least 1. */
  List<Integer> integers(String name, List<Integer> fallback) {
    List<Integer> numbers = new ArrayList<>();
    for (Object element : list(name, fallback)) {
      if (!(element instanceof Integer number) || number < 1) {
        throw unexpected(name, "whole numbers >= 1");
      }
      numbers.add(number);
    }
    return List.copyOf(numbers);
  }

  /** Accepts a field only with one of the values that this program supports; missing is fine. */
  void require(String name, @Nullable Object... supported) {
    Object value = get(name);
    if (fields.containsKey(name) && Arrays.stream(supported).noneMatch(s -> same(s, value))) {
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
        throw new IllegalArgumentException(
            name + ": unknown field (value: " + entry.getValue() + ")");
      }
    }
  }

  /** Returns the field as it stands, null where it is null or missing. */
  @Nullable Object get(String name) {
    read.add(name);
    return fields.get(name);
  }

  IllegalArgumentException unexpected(String name, @Nullable Object expectation) {
    return new IllegalArgumentException(
        name + ": " + fields.get(name) + " (expected: " + expectation + ")");
  }

  private List<?> list(String name, List<?> fallback) {
    Object value = get(name);
    if (value == null) {
      return fallback;
    }
    if (value instanceof List<?> list && !list.isEmpty()) {
      return list;
    }
    throw unexpected(name, "a list");
  }

  private static boolean same(@Nullable Object supported, @Nullable Object value) {
    if (supported instanceof Number a && value instanceof Number b) {
      return a.doubleValue() == b.doubleValue();
    }
    return Objects.equals(supported, value);
  }
}
