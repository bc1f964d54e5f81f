package io.stepwise.network;

import io.stepwise.diffusion.SchedulerConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a model is, without its weights.
 *
 * @param name the name that requests use
 * @param digest SHA-256 of weights and configs in lower-case hex: the version of the weights
 * @param shape shape of its states: of the images, or of the latents that are decoded to images
 * @param imageShape shape of the images it makes
 * @param labels names of its classes in order, without the class for "none"; empty for an
 *     unconditional model
 * @param hasNoneLabel whether it also knows a class for "none", with index {@code labels.size()},
 *     which guidance other than 1 and an empty prompt need
 * @param scheduler noise schedule, prediction type and the default solver
 */
public record ModelDescription(
    String name,
    String digest,
    ImageShape shape,
    ImageShape imageShape,
    List<String> labels,
    boolean hasNoneLabel,
    SchedulerConfig scheduler) {

  /** Copies the labels. */
  public ModelDescription {
    labels = List.copyOf(labels);
  }

  /** Describes a model whose states are images. */
  public ModelDescription(
      String name,
      String digest,
      ImageShape shape,
      List<String> labels,
      boolean hasNoneLabel,
      SchedulerConfig scheduler) {
    this(name, digest, shape, shape, labels, hasNoneLabel, scheduler);
  }

  /** Returns the same model with other weights. */
  public ModelDescription withDigest(String other) {
    return new ModelDescription(name, other, shape, imageShape, labels, hasNoneLabel, scheduler);
  }

  /**
   * Says why this model's weights cannot serve in place of another one's: the first difference
   * besides name and weights, as {@code name: value (expected: the other one's)}; empty if there is
   * none.
   */
  public Optional<String> difference(ModelDescription other) {
    return difference("shape", shape, other.shape)
        .or(() -> difference("image shape", imageShape, other.imageShape))
        .or(() -> difference("labels", labels, other.labels))
        .or(() -> difference("label for none", hasNoneLabel, other.hasNoneLabel))
        .or(() -> difference(scheduler.fields(), other.scheduler.fields()));
  }

  private static Optional<String> difference(
      Map<String, Object> fields, Map<String, Object> expected) {
    return Stream.concat(expected.keySet().stream(), fields.keySet().stream())
        .flatMap(
            name ->
                difference(
                    name,
                    fields.getOrDefault(name, "missing"),
                    expected.getOrDefault(name, "missing"))
                    .stream())
        .findFirst();
  }

  private static Optional<String> difference(String name, Object value, Object expected) {
    return value.equals(expected)
        ? Optional.empty()
        : Optional.of("%s: %s (expected: %s)".formatted(name, value, expected));
  }

  /**
   * Returns the class index of an unconditional evaluation: that of "none", or 0 where the model
   * does not know it and nothing can ask for it.
   */
  public long noneLabel() {
    return hasNoneLabel ? labels.size() : 0;
  }
}
