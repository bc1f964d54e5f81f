package io.stepwise.http;

import io.stepwise.sampling.GenerationStatus;
import java.util.Locale;

/**
 * Where a generation stands.
 *
 * @param n images asked for
 * @param imagesFinished images that are done or have failed
 * @param stepsTaken steps taken by all images together
 * @param stepsTotal steps that all images need together
 * @param progress the part of the steps that is taken, 0 to 1
 */
record StatusJson(
    String id,
    String object,
    String model,
    String state,
    int n,
    int imagesFinished,
    long stepsTaken,
    long stepsTotal,
    double progress) {

  /** The answer to a cancel. */
  record Cancelled(String id, String object, String state) {

    static Cancelled of(String id) {
      return new Cancelled(id, "generation", lowerCase(GenerationStatus.State.CANCELLED));
    }
  }

  static StatusJson of(GenerationStatus status) {
    return new StatusJson(
        status.id(),
        "generation",
        status.model(),
        lowerCase(status.state()),
        status.images(),
        status.imagesFinished(),
        status.stepsTaken(),
        status.stepsTotal(),
        (double) status.stepsTaken() / status.stepsTotal());
  }

  private static String lowerCase(GenerationStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
