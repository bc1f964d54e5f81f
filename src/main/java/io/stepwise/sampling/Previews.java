package io.stepwise.sampling;

/**
 * Which steps of a generation its caller wants to see.
 *
 * @param every a preview after each so many steps, 1 or more; there is none after the last step,
 *     which gives the image itself
 * @param kind what they show
 */
public record Previews(int every, Kind kind) {

  /** Checks the number. */
  public Previews {
    if (every < 1) {
      throw new IllegalArgumentException("every: " + every + " (expected: >= 1)");
    }
  }

  /** What a preview shows. */
  public enum Kind {
    /** The network's estimate of the clean image. */
    DENOISED,
    /** The state itself, scaled to an image's range. */
    NOISY
  }

  /** Returns whether there is a preview of an image that has taken so many steps of all. */
  boolean includes(int step, int of) {
    return step % every == 0 && step < of;
  }
}
