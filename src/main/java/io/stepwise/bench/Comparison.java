package io.stepwise.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;

/**
 * Image-steps/s of one thing against another. In each round the other is measured before and after,
 * so that a machine that becomes slower meanwhile slows both.
 */
final class Comparison {

  private static final String RATE = "_image_steps_per_second";

  private final String base;
  private final String name;
  private final List<Map<String, Object>> rows = new ArrayList<>();
  private final List<Double> shares = new ArrayList<>();

  /**
   * Names what is compared.
   *
   * @param base what it is compared with
   */
  Comparison(String name, String base) {
    this.name = name;
    this.base = base;
  }

  /**
   * Measures in rounds.
   *
   * @param baseRate measures what it is compared with
   * @param rate measures, given the rate of the other just before
   */
  void measure(int rounds, DoubleSupplier baseRate, DoubleUnaryOperator rate) {
    for (int round = 1; round <= rounds; round++) {
      double before = baseRate.getAsDouble();
      double measured = rate.applyAsDouble(before);
      double other = (before + baseRate.getAsDouble()) / 2;
      shares.add(measured / other);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("round", round);
      row.put(base + RATE, Figures.rounded(other));
      row.put(name + RATE, Figures.rounded(measured));
      row.put("of_" + base, Figures.rounded(measured / other));
      rows.add(row);
    }
  }

  /**
   * Returns the report, whose target is the median share.
   *
   * @param share what the share is called
   */
  BenchmarkReport report(Map<String, Object> facts, String share, double target) {
    return new BenchmarkReport(
        facts, rows, List.of(BenchmarkReport.Target.atLeast(share, Median.of(shares), target)));
  }
}
