package io.stepwise.settings;

import java.util.List;

/** Settings that cannot be used; names every problem that was found, not only the first. */
public final class SettingsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  SettingsException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /** The problems, a line each: {@code key: value (expected: ...), from file: line}. */
  public List<String> problems() {
    return problems;
  }
}
