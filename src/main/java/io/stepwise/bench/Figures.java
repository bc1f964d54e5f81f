package io.stepwise.bench;

import java.math.BigDecimal;
import java.math.MathContext;

/** Figures as they are reported. */
final class Figures {

  private static final MathContext DIGITS = new MathContext(4);

  private Figures() {}

  /** Returns a figure with the four digits that a measurement can have at best. */
  static double rounded(double value) {
    return new BigDecimal(value).round(DIGITS).doubleValue();
  }
}
