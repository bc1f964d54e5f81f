package io.stepwise.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.stepwise.sampling.FailedImage;
import io.stepwise.sampling.GeneratedImage;
import io.stepwise.sampling.GenerationEvent;
import java.util.Base64;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The events of a streamed answer, in the shapes of OpenAI's API with additions. */
final class EventJson {

  private static final String PARTIAL_IMAGE = "image_generation.partial_image";
  private static final String COMPLETED = "image_generation.completed";
  private static final String FAILED = "image_generation.failed";

  /** A comment, which clients pass over. */
  static final ByteString KEEP_ALIVE = ByteString.fromString(": keepalive\n\n");

  private EventJson() {}

  /**
   * What the events of one answer have in common.
   *
   * @param createdAt seconds since 1970
   * @param size "WIDTHxHEIGHT"
   * @param snapshot digest of the weights
   */
  record Context(String id, long createdAt, String size, String snapshot) {}

  private record PartialImage(
      String type,
      String b64Json,
      int partialImageIndex,
      long createdAt,
      String size,
      String quality,
      String background,
      String outputFormat,
      String id,
      int index,
      int step,
      int of) {}

  private record Completed(
      String type,
      String b64Json,
      long createdAt,
      String size,
      String quality,
      String background,
      String outputFormat,
      String id,
      String snapshot,
      int index,
      long seed,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable UsageJson usage) {}

  private record Failed(String type, String id, int index, String reason) {}

  private record Problem(
      String type,
      ApiError.Detail error,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long retryAfter) {}

  /**
   * Returns the event of a preview.
   *
   * @param partialIndex its place among those of its image
   */
  static ByteString partialImage(
      Context context, GenerationEvent.StepFinished step, int partialIndex, byte[] png) {
    return event(
        PARTIAL_IMAGE,
        new PartialImage(
            PARTIAL_IMAGE,
            base64(png),
            partialIndex,
            context.createdAt(),
            context.size(),
            "auto",
            "opaque",
            "png",
            context.id(),
            step.index(),
            step.step(),
            step.of()));
  }

  /**
   * Returns the event of an image.
   *
   * @param usage what the generation took, with its last image; null with the others
   */
  static ByteString completed(Context context, GeneratedImage image, @Nullable UsageJson usage) {
    return event(
        COMPLETED,
        new Completed(
            COMPLETED,
            base64(image.png()),
            context.createdAt(),
            context.size(),
            "auto",
            "opaque",
            "png",
            context.id(),
            context.snapshot(),
            image.index(),
            image.seed(),
            usage));
  }

  /** Returns the event of an image that could not be made while others can. */
  static ByteString failed(Context context, FailedImage image) {
    return event(FAILED, new Failed(FAILED, context.id(), image.index(), image.reason()));
  }

  /** Returns the event of an error that ends the answer. */
  static ByteString error(ApiError error) {
    return event("error", new Problem("error", error.detail(), error.retryAfterSeconds()));
  }

  private static ByteString event(String name, Object data) {
    return ByteString.fromString("event: " + name + "\ndata: ")
        .concat(ByteString.fromArrayUnsafe(Json.bytes(data)))
        .concat(ByteString.fromString("\n\n"));
  }

  private static String base64(byte[] png) {
    return Base64.getEncoder().encodeToString(png);
  }
}
