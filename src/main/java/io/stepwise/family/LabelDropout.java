package io.stepwise.family;

/**
 * Replaces labels by "none" at a set rate, so that the network can be guided: Ho and Salimans 2022
 * (arXiv:2207.12598).
 *
 * @param noneLabel index of the class for "none"; a network without classes does not read it
 * @param share share of labels replaced, 0 to 1
 */
public record LabelDropout(int noneLabel, double share) {

  /** Checks the limits. */
  public LabelDropout {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("label dropout: " + share + " (expected: 0 to 1)");
    }
  }

  /**
   * Returns the class that the network is told of each image of a batch.
   *
   * @param stream which of the images' streams decides
   */
  long[] classes(TrainingBatch batch, int stream) {
    long[] classes = new long[batch.size()];
    for (int i = 0; i < classes.length; i++) {
      boolean isDropped = batch.stream(i, stream).random().nextDouble() < share;
      classes[i] = isDropped || batch.labels()[i] < 0 ? noneLabel : batch.labels()[i];
    }
    return classes;
  }
}
