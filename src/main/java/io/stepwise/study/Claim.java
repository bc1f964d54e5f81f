package io.stepwise.study;

/**
 * Something that is said of these models, and whether the figures bear it out.
 *
 * @param text the claim, as a sentence
 * @param verdict whether it holds
 * @param figures the numbers that say so
 */
record Claim(String text, Verdict verdict, String figures) {

  /** Whether a claim holds. */
  enum Verdict {
    HOLDS("holds"),
    HOLDS_WITH_CORRECTION("holds with a correction"),
    FAILS("fails");

    private final String words;

    Verdict(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }

    /** Returns the verdict on a claim that either holds or does not. */
    static Verdict of(boolean holds) {
      return holds ? HOLDS : FAILS;
    }

    /**
     * Returns the verdict on one figure being less than another: with a correction where they
     * differ by less than two standard errors, as far as those are known.
     */
    static Verdict less(Spread first, Spread second) {
      return below(
          new Spread(first.mean() - second.mean(), Math.hypot(known(first), known(second))));
    }

    /** Returns the verdict on a difference being below 0, as {@link #less} does. */
    static Verdict below(Spread difference) {
      if (difference.mean() >= 0) {
        return FAILS;
      }
      return difference.mean() < -2 * known(difference) ? HOLDS : HOLDS_WITH_CORRECTION;
    }

    private static double known(Spread spread) {
      return Double.isNaN(spread.error()) ? 0 : spread.error();
    }
  }
}
