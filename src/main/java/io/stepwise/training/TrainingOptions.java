package io.stepwise.training;

import io.stepwise.family.FamilyOptions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that decides a training's course besides the data and the weights it begins with; kept in its
 * checkpoints.
 *
 * @param family what the networks are trained for
 * @param networks fields of each network's {@code config.json}, by the names of their folders
 * @param scheduler fields of the {@code scheduler_config.json}: noise levels and prediction type
 * @param startedFrom digest of the model whose weights it begins with; null for random ones
 * @param seed key of random first weights, the order of the images and all noise
 * @param steps updates in all, 1 or more
 * @param batchSize images of an update, 1 or more
 * @param microBatches parts in which the gradient of an update is taken, one after the other, 1 to
 *     batchSize; more need less memory and change nothing else
 * @param learningRate size of each update
 * @param weightDecay decoupled weight decay, 0 or more
 * @param maxGradientNorm bound on the norm of the whole gradient, more than 0
 * @param averageDecay decay of the weights' moving average, 0 to below 1
 * @param labelDropout share of labels replaced by "none", 0 to 1; 0 trains no class for "none"
 * @param validation what is held back and when the loss on it is measured
 */
public record TrainingOptions(
    FamilyOptions family,
    Map<String, Map<String, @Nullable Object>> networks,
    Map<String, Object> scheduler,
    @Nullable String startedFrom,
    long seed,
    int steps,
    int batchSize,
    int microBatches,
    LearningRate learningRate,
    double weightDecay,
    double maxGradientNorm,
    double averageDecay,
    double labelDropout,
    Validation validation) {

  /**
   * When the loss on images that are kept out of training is measured.
   *
   * @param images how many are held back, the same ones for every training on the data set; 0 for
   *     none, and no validation
   * @param everySteps updates from one measurement to the next, 1 or more; the last update is
   *     always measured
   */
  public record Validation(int images, int everySteps) {

    /** All images are trained on. */
    public static final Validation NONE = new Validation(0, 1);

    /** Checks the limits. */
    public Validation {
      require(images >= 0, "validation images", images, ">= 0");
      require(everySteps >= 1, "validate every", everySteps, ">= 1 updates");
    }

    boolean isDue(int step, int steps) {
      return images > 0 && (step % everySteps == 0 || step == steps);
    }
  }

  /** Checks the limits. */
  public TrainingOptions {
    require(steps >= 1, "steps", steps, ">= 1");
    require(batchSize >= 1, "batch size", batchSize, ">= 1");
    require(
        microBatches >= 1 && microBatches <= batchSize,
        "micro-batches",
        microBatches,
        "1 to the batch size, " + batchSize);
    require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay", weightDecay, ">= 0");
    require(maxGradientNorm > 0, "max gradient norm", maxGradientNorm, "> 0");
    require(averageDecay >= 0 && averageDecay < 1, "average decay", averageDecay, "0 to below 1");
    require(labelDropout >= 0 && labelDropout <= 1, "label dropout", labelDropout, "0 to 1");
  }

  static void require(boolean holds, String name, Number value, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expectation + ")");
    }
  }
}
