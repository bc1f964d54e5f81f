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
  }
}
