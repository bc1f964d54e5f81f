package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.FleetEvent;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.snapshot.Snapshot;
import io.stepwise.training.TrainingSamples;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The messages of the server on a websocket, in JSON. */
final class SocketJson {

  private SocketJson() {}

  /**
   * A generation has begun.
   *
   * @param generation its id outside of this socket
   * @param predictedMs how long it is likely to take in all; left out if nothing is known
   */
  record Accepted(
      String type,
      String id,
      String generation,
      String model,
      String snapshot,
      long seed,
      int n,
      int steps,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long predictedMs) {

    static Accepted of(
        String id, String model, String snapshot, GenerationEvent.Accepted accepted) {
      return new Accepted(
          "accepted",
          id,
          accepted.id(),
          model,
          snapshot,
          accepted.seed(),
          accepted.images(),
          accepted.steps(),
          UsageJson.millis(accepted.predicted()));
    }
  }

  /** A preview; its PNG follows. */
  record Step(String type, String id, int index, int step, int of, String preview, int bytes) {

    static Step of(String id, GenerationEvent.StepFinished step, Enum<?> kind, byte[] png) {
      String preview = kind.name().toLowerCase(Locale.ROOT);
      return new Step("step", id, step.index(), step.step(), step.of(), preview, png.length);
    }
  }

  /** An image; its PNG follows. */
  record Image(String type, String id, int index, long seed, int bytes) {

    static Image of(String id, GeneratedImage image) {
      return new Image("image", id, image.index(), image.seed(), image.png().length);
    }
  }

  /** An image that will not be made. */
  record ImageFailed(String type, String id, int index, String reason) {

    static ImageFailed of(String id, FailedImage image) {
      return new ImageFailed("image_failed", id, image.index(), image.reason());
    }
  }

  /** The end of a generation. */
  record End(
      String type,
      String id,
      String state,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String snapshot,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageJson usage,
      List<FailureJson> failures) {

    static End completed(String id, GenerationResult.Completed result) {
      return new End(
          "done",
          id,
          "completed",
          result.snapshot(),
          UsageJson.of(result.usage()),
          FailureJson.of(result.failures()));
    }

    static End cancelled(String id, String snapshot) {
      return new End("done", id, "cancelled", snapshot, null, List.of());
    }
  }

  /**
   * Something went wrong.
   *
   * @param id the generation that ends with it; null if none does
   */
  record Problem(
      String type,
      @Nullable String id,
      ApiError.Detail error,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long retryAfter) {

    static Problem of(@Nullable String id, ApiError error) {
      return new Problem("error", id, error.detail(), error.retryAfterSeconds());
    }
  }

  /** The answer to a ping. */
  record Pong(String type) {

    static final Pong INSTANCE = new Pong("pong");
  }

  /** The fleet as it is. */
  record FleetNow(String type, FleetJson fleet) {

    static FleetNow of(FleetJson fleet) {
      return new FleetNow("fleet", fleet);
    }
  }

  /** Where the trainer is. */
  record TrainingNow(String type, TrainingJson training) {

    static TrainingNow of(TrainingJson training) {
      return new TrainingNow("training", training);
    }
  }

  /**
   * Samples of a published version; their PNG follows.
   *
   * @param labels of its columns, from left to right
   */
  record Samples(
      String type, String model, String snapshot, int step, List<String> labels, int bytes) {

    static Samples of(TrainingSamples samples) {
      Snapshot snapshot = samples.snapshot();
      return new Samples(
          "samples",
          snapshot.model(),
          snapshot.digest(),
          snapshot.step(),
          samples.labels(),
          samples.grid().png().length);
    }
  }

  /**
   * Batches that are done.
   *
   * @param dropped how many more there were that the reader was too slow for
   */
  record Batches(String type, long dropped, List<Batch> batches) {

    static Batches of(RecentBatches.Taken taken) {
      return new Batches(
          "batches", taken.dropped(), taken.batches().stream().map(Batch::of).toList());
    }
  }

  /** A batch. */
  record Batch(
      String model,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String node,
      int replica,
      long batch,
      long startedMs,
      double runMs,
      int rows,
      String snapshot,
      List<Member> images) {

    static Batch of(FleetEvent.BatchFinished batch) {
      return new Batch(
          batch.model(),
          batch.node(),
          batch.replica(),
          batch.batchId(),
          batch.started().toEpochMilli(),
          batch.ran().toNanos() / 1e6,
          batch.rows(),
          batch.snapshot(),
          batch.images().stream().map(Member::of).toList());
    }
  }

  /** An image in a batch. */
  record Member(String generation, int index, int step, int of) {

    static Member of(FleetEvent.Member member) {
      return new Member(member.generation(), member.index(), member.step(), member.of());
    }
  }
}
