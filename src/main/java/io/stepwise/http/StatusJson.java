package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.GenerationStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a generation stands.
 *
 * @param n images asked for
 * @param imagesFinished images that are done or have failed
 * @param stepsTaken steps taken by all images together
 * @param stepsTotal steps that all images need together
 * @param progress the part of the steps that is taken, 0 to 1
 * @param result its images, where they are kept; the fields stand beside the others
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
    double progress,
    @JsonUnwrapped @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Kept result) {

  /**
   * How it ended, where that is kept.
   *
   * @param failures images that could not be made; left out when there are none
   */
  record Kept(
      String snapshot,
      UsageJson usage,
      List<ImagesJson.Image> data,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FailureJson> failures) {

    static Kept of(GenerationResult.Completed result) {
      return new Kept(
          result.snapshot(),
          UsageJson.of(result.usage()),
          ImagesJson.Image.of(result.images()),
          FailureJson.of(result.failures()));
    }
  }

  /** The answer to a cancel. */
  record Cancelled(String id, String object, String state) {

    static Cancelled of(String id) {
      return new Cancelled(id, "generation", lowerCase(GenerationStatus.State.CANCELLED));
    }
  }

  static StatusJson of(GenerationStatus status) {
    return of(status, Optional.empty());
  }

  /** Returns the status with the result, if it is kept. */
  static StatusJson of(GenerationStatus status, Optional<GenerationResult> result) {
    return new StatusJson(
        status.id(),
        "generation",
        status.model(),
        lowerCase(status.state()),
        status.images(),
        status.imagesFinished(),
        status.stepsTaken(),
        status.stepsTotal(),
        (double) status.stepsTaken() / status.stepsTotal(),
        result
            .filter(GenerationResult.Completed.class::isInstance)
            .map(completed -> Kept.of((GenerationResult.Completed) completed))
            .orElse(null));
  }

  private static String lowerCase(GenerationStatus.State state) {
    return state.name().toLowerCase(Locale.ROOT);
  }
}
