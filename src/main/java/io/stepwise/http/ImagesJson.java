package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationResult;
import io.stepwise.sampling.ModelInfo;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

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
    UsageJson usage,
    List<Image> data,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FailureJson> failures) {

  /** One image. */
  record Image(int index, long seed, String b64Json) {

    static List<Image> of(List<GeneratedImage> images) {
      return images.stream()
          .map(i -> new Image(i.index(), i.seed(), Base64.getEncoder().encodeToString(i.png())))
          .toList();
    }
  }

  static ImagesJson of(GenerationResult.Completed result, ModelInfo model, Instant now) {
    return new ImagesJson(
        now.getEpochSecond(),
        result.id(),
        result.model(),
        result.snapshot(),
        ModelJson.size(model),
        "png",
        UsageJson.of(result.usage()),
        Image.of(result.images()),
        FailureJson.of(result.failures()));
  }
}
