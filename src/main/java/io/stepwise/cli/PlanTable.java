package io.stepwise.cli;

import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.diffusion.StepRow;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan as aligned columns with six digits; an entry of M is headed by what it makes and what it
 * takes, {@code x'<out} for the factor of the output on the next state.
 */
final class PlanTable {

  private static final MathContext SIX_DIGITS = new MathContext(6);

  private PlanTable() {}

  static String of(StepPlan plan) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(header(plan));
    for (int step = 0; step < plan.steps(); step++) {
      lines.add(line(step, plan.rows().get(step)));
    }
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], line.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      for (int c = 0; c < widths.length; c++) {
        text.append(c == 0 ? "" : "  ").append(" ".repeat(widths[c] - line.get(c).length()));
        text.append(line.get(c));
      }
      text.append(System.lineSeparator());
    }
    return text.toString();
  }

  private static List<String> header(StepPlan plan) {
    List<String> header = new ArrayList<>(List.of("step", "timestep", "input", "p", "q", "clip"));
    for (int r = 0; r <= plan.history(); r++) {
      String made = r == 0 ? "x'<" : "h" + r + "'<";
      for (String taken : List.of("x", "out", "denoised")) {
        header.add(made + taken);
      }
      for (int k = 1; k <= plan.history(); k++) {
        header.add(made + "h" + k);
      }
    }
    header.add("v");
    header.add("log-variance");
    return header;
  }

  private static List<String> line(int step, StepRow row) {
    List<String> line = new ArrayList<>();
    line.add(String.valueOf(step));
    for (double value : new double[] {row.timestep(), row.inputScale(), row.p(), row.q()}) {
      line.add(digits(value));
    }
    Double clip = row.clip();
    line.add(clip == null ? "-" : digits(clip));
    for (int r = 0; r < row.m().rows(); r++) {
      for (int c = 0; c < row.m().columns(); c++) {
        line.add(digits(row.m().get(r, c)));
      }
    }
    line.add(digits(row.v()));
    LogVarianceBounds bounds = row.logVarianceBounds();
    line.add(bounds == null ? "-" : digits(bounds.low()) + ".." + digits(bounds.high()));
    return line;
  }

  /** Returns a number with six significant digits and no zeros that say nothing. */
  static String digits(double value) {
    BigDecimal rounded = new BigDecimal(value).round(SIX_DIGITS).stripTrailingZeros();
    return rounded.scale() < 0 ? rounded.toPlainString() : rounded.toString();
  }
}
