package io.stepwise.http;

import io.stepwise.training.LearningRate;
import io.stepwise.training.LearningRateSchedule;
import io.stepwise.training.PublishRule;
import io.stepwise.training.TrainingOptions;
import io.stepwise.training.TrainingOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/training}. */
final class TrainingOrderJson {

  private static final int MOST_STEPS = 10_000_000;
  private static final double MOST_EPOCHS = 10_000;
  private static final int MOST_IMAGES = 4096;
  private static final int MOST_SECONDS = 7 * 24 * 3600;
  private static final int MOST_VALIDATION_IMAGES = 100_000;
  private static final int VALIDATION_IMAGES = 256;
  private static final int VALIDATE_EVERY = 100;

  /** What holds also for a training that is gone on with. */
  private static final Set<String> WITH_RESUME =
      Set.of(
          "model",
          "resume",
          "publish_every_steps",
          "publish_every_seconds",
          "publish_when_improved");

  private static final Map<String, StrictJson.Field<Draft>> FIELDS = fields();

  private TrainingOrderJson() {}

  /**
   * Returns the order.
   *
   * @throws ApiException naming the first field that is wrong
   */
  static TrainingOrder parse(byte[] json) {
    Draft draft = new Draft();
    StrictJson.readObject(json, FIELDS, draft);
    return draft.order();
  }

  /** Returns the names of all fields that an order may have. */
  static Set<String> fieldNames() {
    return FIELDS.keySet();
  }

  private static Map<String, StrictJson.Field<Draft>> fields() {
    Map<String, StrictJson.Field<Draft>> fields = new LinkedHashMap<>();
    fields.put("model", (value, draft) -> draft.model = value.text());
    fields.put("steps", (value, draft) -> draft.steps = integer(value, 1, MOST_STEPS));
    fields.put("epochs", (value, draft) -> draft.epochs = positive(value, MOST_EPOCHS));
    fields.put("batch_size", (value, draft) -> draft.batchSize = integer(value, 1, MOST_IMAGES));
    fields.put("accumulate", (value, draft) -> draft.accumulate = integer(value, 1, MOST_IMAGES));
    fields.put("learning_rate", (value, draft) -> draft.learningRate = positive(value, 1));
    fields.put("schedule", (value, draft) -> draft.schedule = schedule(value));
    fields.put("warm_up", (value, draft) -> draft.warmUp = integer(value, 0, MOST_STEPS));
    fields.put(
        "validation_images",
        (value, draft) -> draft.validationImages = integer(value, 0, MOST_VALIDATION_IMAGES));
    fields.put(
        "validate_every", (value, draft) -> draft.validateEvery = integer(value, 1, MOST_STEPS));
    fields.put(
        "publish_every_steps",
        (value, draft) -> draft.publishEverySteps = integer(value, 1, MOST_STEPS));
    fields.put(
        "publish_every_seconds",
        (value, draft) -> draft.publishEverySeconds = integer(value, 1, MOST_SECONDS));
    fields.put("publish_when_improved", (value, draft) -> draft.publishWhenImproved = value.flag());
    fields.put("seed", (value, draft) -> draft.seed = value.wideInteger());
    fields.put("resume", (value, draft) -> draft.resume = value.flag());
    fields.replaceAll(
        (name, field) ->
            (value, draft) -> {
              draft.given.add(name);
              field.read(value, draft);
            });
    return Collections.unmodifiableMap(fields);
  }

  private static int integer(FieldValue value, int min, int max) throws IOException {
    int number = value.integer();
    if (number < min || number > max) {
      throw value.unexpected(min + " to " + max);
    }
    return number;
  }

  private static double positive(FieldValue value, double max) throws IOException {
    double number = value.number();
    if (!(number > 0 && number <= max)) {
      throw value.unexpected("more than 0 to " + Math.round(max));
    }
    return number;
  }

  private static LearningRateSchedule schedule(FieldValue value) throws IOException {
    String[] names =
        Arrays.stream(LearningRateSchedule.values())
            .map(LearningRateSchedule::fieldValue)
            .toArray(String[]::new);
    return LearningRateSchedule.of(value.oneOf(names));
  }

  private static final class Draft {

    private final Set<String> given = new LinkedHashSet<>();
    private @Nullable String model;
    private @Nullable Integer steps;
    private @Nullable Double epochs;
    private int batchSize = 64;
    private int accumulate = 1;
    private double learningRate = 1e-4;
    private LearningRateSchedule schedule = LearningRateSchedule.CONSTANT_WITH_WARMUP;
    private int warmUp;
    private @Nullable Integer validationImages;
    private @Nullable Integer validateEvery;
    private @Nullable Integer publishEverySteps;
    private @Nullable Integer publishEverySeconds;
    private boolean publishWhenImproved;
    private long seed = 1;
    private boolean resume;

    TrainingOrder order() {
      if (resume) {
        requireOnlyWithResume();
      } else if ((steps == null) == (epochs == null)) {
        throw wrong(
            "steps", steps == null ? "missing" : steps.toString(), "either steps or epochs");
      }
      if (accumulate > batchSize) {
        throw wrong("accumulate", Integer.toString(accumulate), "1 to batch_size, " + batchSize);
      }
      PublishRule publish =
          new PublishRule(
              publishEverySteps,
              publishEverySeconds == null ? null : Duration.ofSeconds(publishEverySeconds),
              publishWhenImproved);
      return new TrainingOrder(
          model,
          steps,
          epochs,
          batchSize,
          accumulate,
          LearningRate.of(learningRate, schedule, warmUp),
          validation(),
          publish,
          seed,
          resume);
    }

    /** Whoever asks for what needs a validation loss has one measured. */
    private TrainingOptions.Validation validation() {
      boolean isWanted = validateEvery != null || publishWhenImproved;
      int images = validationImages != null ? validationImages : isWanted ? VALIDATION_IMAGES : 0;
      if (images == 0 && isWanted && !resume) {
        throw wrong("validation_images", "0", "1 or more, as a validation loss is asked for");
      }
      return new TrainingOptions.Validation(
          images, validateEvery == null ? VALIDATE_EVERY : validateEvery);
    }

    private void requireOnlyWithResume() {
      for (String name : given) {
        if (!WITH_RESUME.contains(name)) {
          throw wrong(name, "given with resume", "not given, as the training's own value holds");
        }
      }
    }

    private static ApiException wrong(String field, String value, String expectation) {
      return ApiError.invalidValue(field, value, expectation).exception();
    }
  }
}
