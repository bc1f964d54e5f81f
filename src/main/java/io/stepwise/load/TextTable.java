package io.stepwise.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of cells, the first of each to the left and the others to the right. */
final class TextTable {

  private static final double HUNDRED = 100;
  private static final double TEN = 10;

  private final List<List<String>> rows = new ArrayList<>();

  TextTable row(String... cells) {
    rows.add(List.of(cells));
    return this;
  }

  /** Returns a number with about three digits. */
  static String number(double value) {
    double size = Math.abs(value);
    boolean isWhole = size >= HUNDRED || value == Math.rint(value);
    int digits = isWhole ? 0 : size >= TEN ? 1 : size >= 1 ? 2 : 3;
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Returns a share as a percentage. */
  static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * HUNDRED);
  }

  List<List<String>> rows() {
    return rows;
  }

  @Override
  public String toString() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < row.size(); c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        String cell = row.get(c);
        String space = " ".repeat(widths[c] - cell.length());
        line.append(c == 0 ? cell + space : "  " + space + cell);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }
}
