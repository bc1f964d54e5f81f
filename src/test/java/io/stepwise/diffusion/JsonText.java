package io.stepwise.diffusion;

/** Field values of a {@code scheduler_config.json}, written as text in a table of cases. */
final class JsonText {

  private JsonText() {}

  /** Returns what a JSON reader makes of a number, a truth value or else a string. */
  static Object value(String text) {
    if (text.equals("true") || text.equals("false")) {
      return text.equals("true");
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException notANumber) {
      return text;
    }
  }
}
