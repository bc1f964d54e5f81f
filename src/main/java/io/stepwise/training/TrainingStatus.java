package io.stepwise.training;

import io.stepwise.snapshot.Snapshot;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the trainer is.
 *
 * @param model name of the model that is trained, or was last; null before the first training
 * @param step updates made
 * @param of updates in all
 * @param figures what the last updates were like; null before the first one
 * @param share fraction of the time in which it may compute now
 * @param curve losses over the training so far, thinned out
 * @param published versions that this training published, the newest first, the last 100
 * @param error what went wrong last and has not been put right; null for nothing
 */
public record TrainingStatus(
    State state,
    @Nullable String model,
    int step,
    int of,
    @Nullable Figures figures,
    double share,
    List<Point> curve,
    List<Snapshot> published,
    @Nullable String error)
    implements TrainingEvent {

  /** What a trainer does. */
  public enum State {
    /** Nothing; the last training, if there was one, was stopped. */
    IDLE,
    /** Training, or getting ready to, or waiting after a failure. */
    RUNNING,
    /** Holding a training where it is. */
    PAUSED,
    /** Writing a checkpoint before it ends a training. */
    STOPPING,
    /** Nothing; the last training was made to its end. */
    FINISHED,
    /** Nothing; the last training cannot go on. */
    FAILED,
    /** No node of the cluster trains just now; the error says more. */
    ABSENT
  }

  /**
   * What the last updates were like.
   *
   * @param loss of the last update's batch
   * @param smoothedLoss running mean of the losses
   * @param validationLoss the last one measured; null before the first
   * @param bestValidationLoss the lowest one measured; null before the first
   * @param learningRate of the last update
   * @param imagesPerSecond images trained on by time that passed, waiting included; null before the
   *     second update
   */
  public record Figures(
      double loss,
      double smoothedLoss,
      @Nullable Double validationLoss,
      @Nullable Double bestValidationLoss,
      double learningRate,
      @Nullable Double imagesPerSecond) {}

  /**
   * A point of the loss curve.
   *
   * @param step number of an update
   * @param loss mean loss of the updates since the point before
   * @param validationLoss measured last since the point before; null if it was not
   */
  public record Point(int step, double loss, @Nullable Double validationLoss) {}

  /**
   * Returns the status where there is no trainer.
   *
   * @param reason why not
   */
  public static TrainingStatus absent(String reason) {
    return new TrainingStatus(State.ABSENT, null, 0, 0, null, 0, List.of(), List.of(), reason);
  }

  /** Copies the lists. */
  public TrainingStatus {
    curve = List.copyOf(curve);
    published = List.copyOf(published);
  }
}
