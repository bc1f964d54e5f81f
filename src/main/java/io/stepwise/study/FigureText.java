package io.stepwise.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;

/** Figures as they stand in a page's tables and claims. */
final class FigureText {

  static final String NONE = "–";

  private FigureText() {}

  /** Returns a figure that is there. */
  static double value(JsonNode figures, String name) {
    return figures.get(name).asDouble();
  }

  /** Returns a figure with so many decimals, or a dash where there is none. */
  static String text(JsonNode figures, String name, int decimals) {
    return figures.has(name) ? text(value(figures, name), decimals) : NONE;
  }

  /** Returns a number with so many decimals, or a dash for what is not a number. */
  static String text(double value, int decimals) {
    return Double.isNaN(value) ? NONE : String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  /**
   * Returns a figure and its standard error, {@code name_error}, where that was measured; a dash
   * where there is no figure.
   */
  static String withError(JsonNode figures, String name, int decimals) {
    return figures.has(name) ? withError(spread(figures, name), decimals) : NONE;
  }

  /** Returns a mean and, where it is a number, its standard error. */
  static String withError(Spread spread, int decimals) {
    return Double.isNaN(spread.error())
        ? text(spread.mean(), decimals)
        : text(spread.mean(), decimals) + " ± " + text(spread.error(), decimals);
  }

  /** Returns a figure with its standard error. */
  static Spread spread(JsonNode figures, String name) {
    return new Spread(value(figures, name), value(figures, name + "_error"));
  }

  /** Returns {@code 3 of 10}, or a dash where there is none. */
  static String partOf(JsonNode figures, String part, String whole) {
    return figures.has(part) ? text(figures, part, 0) + " of " + text(figures, whole, 0) : NONE;
  }
}
