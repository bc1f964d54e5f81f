package io.stepwise.training;

import io.stepwise.family.Family;
import io.stepwise.family.FamilyOptions;
import io.stepwise.network.PretrainedModel;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants trained: a served model, from its current version on.
 *
 * @param model the model's name; null for the default one
 * @param steps updates in all, 1 or more; null if epochs are given
 * @param epochs passes over the data, more than 0; null if steps are given
 * @param batchSize images of an update, 1 to 4096
 * @param accumulate parts in which a batch's gradient is taken, 1 to batchSize
 * @param learningRate size of each update
 * @param validation what is held back and when the loss on it is measured
 * @param publish when a version is published
 * @param seed key of the order of the images and of all noise
 * @param resume whether to go on with the model's last training, with that one's options; only
 *     {@code publish} counts then
 */
public record TrainingOrder(
    @Nullable String model,
    @Nullable Integer steps,
    @Nullable Double epochs,
    int batchSize,
    int accumulate,
    LearningRate learningRate,
    TrainingOptions.Validation validation,
    PublishRule publish,
    long seed,
    boolean resume) {

  /** The averages start from trained weights, so their warm-up is all the smoothing it takes. */
  private static final double AVERAGE_DECAY = 0.999;

  private static final double WEIGHT_DECAY = 0.01;
  private static final double MAX_GRADIENT_NORM = 1;
  private static final double LABEL_DROPOUT = 0.1;

  /**
   * Returns the options of the training.
   *
   * @param images images of the data set
   * @throws IllegalArgumentException if they are out of their limits
   */
  TrainingOptions options(PretrainedModel model, int images) {
    int learntFrom = Math.max(1, images - validation.images());
    FamilyOptions family = FamilyOptions.of(Family.of(model.family()));
    return new TrainingOptions(
        family,
        family.networks(model.configs()),
        model.scheduler().fields(),
        model.description().digest(),
        seed,
        steps == null ? stepsOf(learntFrom) : steps,
        batchSize,
        accumulate,
        learningRate,
        WEIGHT_DECAY,
        MAX_GRADIENT_NORM,
        AVERAGE_DECAY,
        model.description().hasNoneLabel() ? LABEL_DROPOUT : 0,
        validation);
  }

  private int stepsOf(int images) {
    double wanted = Math.ceil((epochs == null ? 1 : epochs) * images / batchSize);
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, wanted));
  }
}
