package io.stepwise.settings;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of one section and checks them; a wrong one is noted, and its default returned,
 * so that reading goes on to the next.
 *
 * @param section full key of the section
 * @param config what was set; has every key of the defaults
 * @param defaults the section of the defaults
 * @param problems receives what is wrong
 */
record SettingsReader(String section, Config config, Config defaults, List<String> problems) {

  /** Returns a reader of a section of this one. */
  SettingsReader section(String name) {
    return new SettingsReader(
        section + "." + name, config.getConfig(name), defaults.getConfig(name), problems);
  }

  /** Reads a whole number. */
  int integer(String name, int min, int max) {
    return checked(
        name,
        config -> {
          int value = new BigDecimal(config.getString(name).strip()).intValueExact();
          return value >= min && value <= max ? value : null;
        },
        min + " to " + max);
  }

  /** Reads a number from a least one to 1. */
  double fraction(String name, double min) {
    return checked(
        name,
        config -> {
          double value = config.getDouble(name);
          return value >= min && value <= 1 ? value : null;
        },
        BigDecimal.valueOf(min).stripTrailingZeros().toPlainString() + " to 1");
  }

  /** Reads a size in bytes. */
  long bytes(String name, long min, long max, String limits) {
    return checked(
        name,
        config -> {
          long value = config.getBytes(name);
          return value >= min && value <= max ? value : null;
        },
        limits);
  }

  /** Reads a duration, which must have a unit. */
  Duration duration(String name, Duration min, Duration max) {
    return checked(
        name,
        config -> {
          if (config.getString(name).matches("[\\s\\d.+-]*")) {
            return null;
          }
          Duration value = config.getDuration(name);
          return value.compareTo(min) >= 0 && value.compareTo(max) <= 0 ? value : null;
        },
        spoken(min) + " to " + spoken(max) + ", with its unit");
  }

  /** Reads text, which may be empty. */
  String text(String name) {
    return checked(name, config -> config.getString(name), "text");
  }

  /** Reads text that a regular expression matches as a whole. */
  String matching(String name, String pattern, String expectation) {
    return checked(
        name,
        config -> config.getString(name).matches(pattern) ? config.getString(name) : null,
        expectation);
  }

  /** Reads the name of a constant, in lower case with dashes. */
  <E extends Enum<E>> E choice(String name, Class<E> type) {
    List<E> constants = List.of(type.getEnumConstants());
    return checked(
        name,
        config -> {
          String text = config.getString(name);
          return constants.stream().filter(c -> name(c).equals(text)).findFirst().orElse(null);
        },
        "one of " + constants.stream().map(c -> name(c)).collect(Collectors.joining(", ")));
  }

  /** Reads the path of a file or folder, which need not exist. */
  Path path(String name) {
    return checked(
        name,
        config -> {
          String text = config.getString(name);
          return text.isBlank() ? null : Path.of(text);
        },
        "a path");
  }

  /** Reads the path of a file or folder, which need not exist; empty text is none. */
  Optional<Path> optionalPath(String name) {
    return checked(
        name,
        config -> {
          String text = config.getString(name);
          return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        },
        "a path, or empty");
  }

  /** Reads true or false. */
  boolean flag(String name) {
    return checked(name, config -> config.getBoolean(name), "true or false");
  }

  /** Reads a list of at least one text, or a text of its entries separated by commas. */
  List<String> texts(String name) {
    return checked(
        name,
        config -> distinct(entries(config, name)).filter(texts -> !texts.isEmpty()).orElse(null),
        "a list of at least one, none empty, none twice");
  }

  /** Reads a list of texts that may be empty, or a text of its entries separated by commas. */
  List<String> textsOrNone(String name) {
    return checked(
        name,
        config -> distinct(entries(config, name)).orElse(null),
        "a list, none empty, none twice");
  }

  private static List<String> entries(Config config, String name) {
    if (config.getValue(name) instanceof ConfigList) {
      return config.getStringList(name);
    }
    String text = config.getString(name);
    return text.isBlank() ? List.of() : Arrays.stream(text.split(",")).map(String::strip).toList();
  }

  private static Optional<List<String>> distinct(List<String> texts) {
    boolean right =
        texts.stream().noneMatch(String::isBlank) && new HashSet<>(texts).size() == texts.size();
    return right ? Optional.of(List.copyOf(texts)) : Optional.empty();
  }

  /** Notes that the value of a key is not what it should be. */
  void problem(String name, String expectation) {
    problems.add(problem(section + "." + name, config.root().get(name), expectation));
  }

  /** Returns whether anything was noted on a key or on what is under it. */
  boolean hasProblem(String name) {
    return problems.stream().anyMatch(problem -> problem.startsWith(section + "." + name));
  }

  /** Returns the line that says what is wrong with a value and where it was set. */
  static String problem(String key, @Nullable ConfigValue value, String expectation) {
    return value == null
        ? "%s: missing (expected: %s)".formatted(key, expectation)
        : "%s: %s (expected: %s), from %s"
            .formatted(
                key,
                value.render(ConfigRenderOptions.concise()),
                expectation,
                value.origin().description());
  }

  /** Returns a duration as a person would write it. */
  static String spoken(Duration duration) {
    if (duration.toMillis() % 1000 != 0) {
      return duration.toMillis() + " ms";
    }
    if (duration.toSeconds() % 60 != 0 || duration.isZero()) {
      return duration.toSeconds() + " s";
    }
    return duration.toMinutes() % 60 == 0
        ? duration.toHours() + " h"
        : duration.toMinutes() + " min";
  }

  private <T> T checked(String name, Function<Config, @Nullable T> read, String expectation) {
    try {
      T value = read.apply(config);
      if (value != null) {
        return value;
      }
    } catch (ConfigException | ArithmeticException | NumberFormatException e) {
      // the value is not of the type at all; reported below
    } catch (InvalidPathException e) {
      // no path on this file system; reported below
    }
    problem(name, expectation);
    return read.apply(defaults);
  }

  private static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
