package io.stepwise.sampling;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Hears what the sampling actors do, for metrics.
 *
 * <p>It is called on the threads of several actors, at the same time too, so it must be thread safe
 * and quick. What it throws is logged and has no other effect.
 */
public interface SamplingListener {

  /** Hears everything and does nothing. */
  SamplingListener NONE = new SamplingListener() {};

  /** A replica has run a batch. */
  default void batchFinished(FinishedBatch batch) {}

  /** A request was accepted; exactly one {@link #generationEnded} follows. */
  default void requestAdmitted(String model, int images) {}

  /** A request that is well-formed was not accepted. */
  default void requestRefused(String model, RefusalReason reason) {}

  /** A request was found wrong. */
  default void requestInvalid() {}

  /** A generation that was accepted has ended; a cancel is one of the states. */
  default void generationEnded(EndedGeneration generation) {}

  /** The file of an image is made. */
  default void imageFinished(String model) {}

  /** An image of a generation that goes on cannot be made. */
  default void imageFailed(String model) {}

  /** A replica failed, ended or hung, and is started anew, if that is possible. */
  default void replicaRestarted(String model, int slot) {}

  /** A replica has loaded one more version of its weights beside those in use. */
  default void versionLoaded(String model, Duration took) {}

  /** New images begin on another version. */
  default void versionSwitched(String model, String snapshot) {}

  /** A version could not be taken into use; the one before goes on. */
  default void versionRefused(String model) {}

  /** A replica computed a batch with other weights than its images began with; it is void. */
  default void otherWeightsRan(String model, int slot) {}

  /**
   * A batch that a replica has run.
   *
   * @param slot the replica's place, 0 or more
   * @param snapshot digest of the weights
   * @param images how many images took a step
   * @param rows network rows
   * @param capacityRows rows of the largest batch that is made at present, 1 or more
   * @param ran time in the network and its kernel
   * @param decoded time in the decoder of a latent model; zero if no image was finished
   */
  record FinishedBatch(
      String model,
      int slot,
      String snapshot,
      int images,
      int rows,
      int capacityRows,
      Duration ran,
      Duration decoded) {}

  /**
   * A generation that has ended.
   *
   * @param state one of the final ones
   * @param queued from its acceptance to its first batch, or to its end if there was none
   * @param ran from its first batch to its end; zero if there was none
   * @param steps steps taken by all its images together
   * @param predictionError how much longer it took, from acceptance to end, than was predicted when
   *     it was accepted, negative if shorter; null if nothing was predicted or it is not {@code
   *     COMPLETED}
   */
  record EndedGeneration(
      String model,
      GenerationStatus.State state,
      Duration queued,
      Duration ran,
      long steps,
      @Nullable Duration predictionError) {}
}
