package io.stepwise.sampling;

/**
 * Where a generation stands.
 *
 * @param images how many images were asked for
 * @param imagesFinished images that are done or have failed
 * @param stepsTaken steps taken by all images together
 * @param stepsTotal steps that all images need together
 */
public record GenerationStatus(
    String id,
    String model,
    State state,
    int images,
    int imagesFinished,
    long stepsTaken,
    long stepsTotal) {

  /** The phases of a generation, the last four final. */
  public enum State {
    QUEUED,
    RUNNING,
    COMPLETED,
    FAILED,
    CANCELLED,
    DEADLINE_EXCEEDED
  }
}
