package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
import io.stepwise.sampling.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finished images, in the shape of OpenAI's API with additions.
 *
 * @param created seconds since 1970
 * @param snapshot digest of the weights that made the images
 * @param size "WIDTHxHEIGHT"
 * @param failures images that could not be made; left out when there are none
 */
record ImagesJson(
    long created,
    String id,
    String model,
    String snapshot,
    String size,
    String outputFormat,
    Took usage,
    List<Image> data,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Failure> failures) {

  private record Image(int index, long seed, String b64Json) {}

  private record Failure(int index, String reason) {}

  private record Took(
      long queueMs,
      long runMs,
      long steps,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long predictedMs) {}

  static ImagesJson of(GenerationResult.Completed result, ModelInfo model, Instant now) {
    return new ImagesJson(
        now.getEpochSecond(),
        result.id(),
        result.model(),
        result.snapshot(),
        ModelJson.size(model),
        "png",
        took(result.usage()),
        result.images().stream()
            .map(i -> new Image(i.index(), i.seed(), Base64.getEncoder().encodeToString(i.png())))
            .toList(),
        result.failures().stream().map(f -> new Failure(f.index(), f.reason())).toList());
  }

  private static Took took(Usage usage) {
    Duration predicted = usage.predicted();
    return new Took(
        usage.queued().toMillis(),
        usage.ran().toMillis(),
        usage.steps(),
        predicted == null ? null : predicted.toMillis());
  }
}
