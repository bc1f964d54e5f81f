package io.stepwise.study;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Where the curves of two kinds of models over the number of steps T cross, on straight lines in
 * the logarithm of T between the T that were measured.
 *
 * @param log2 logarithm of T to base 2
 * @param error its standard error over images, to first order in the differences on both sides; not
 *     a number for a single image
 */
record Crossing(double log2, double error) {

  /**
   * The difference between two models of the same T.
   *
   * @param steps T
   * @param differences of each image, the images of all gaps being the same
   */
  record Gap(int steps, List<Double> differences) {

    /** Copies the differences. */
    Gap {
      differences = List.copyOf(differences);
    }

    /** Returns the gap of an image's bounds under two models, first minus second. */
    static Gap of(int steps, List<Double> first, List<Double> second) {
      return new Gap(
          steps,
          IntStream.range(0, first.size()).mapToObj(i -> first.get(i) - second.get(i)).toList());
    }

    /** Returns the mean difference, with the standard error of pairs. */
    Spread spread() {
      return Spread.of(differences.stream().mapToDouble(difference -> difference).toArray());
    }
  }

  /**
   * Returns the first crossing, if there is one.
   *
   * @param gaps by rising T
   */
  static Optional<Crossing> of(List<Gap> gaps) {
    return IntStream.range(1, gaps.size())
        .filter(i -> gaps.get(i - 1).spread().mean() * gaps.get(i).spread().mean() < 0)
        .mapToObj(i -> between(gaps.get(i - 1), gaps.get(i)))
        .findFirst();
  }

  private static Crossing between(Gap low, Gap high) {
    double first = low.spread().mean();
    double second = high.spread().mean();
    double from = log2(low.steps());
    double width = log2(high.steps()) - from;
    double rise = second - first;
    double byFirst = -width * second / (rise * rise);
    double bySecond = width * first / (rise * rise);
    double[] shifts =
        IntStream.range(0, low.differences().size())
            .mapToDouble(
                i -> byFirst * low.differences().get(i) + bySecond * high.differences().get(i))
            .toArray();
    return new Crossing(from - width * first / rise, Spread.of(shifts).error());
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }

  /** Returns T. */
  double steps() {
    return Math.pow(2, log2);
  }
}
