package io.stepwise.training;

import java.util.Map;

/**
 * All that decides a training's course besides the data; kept in its checkpoints.
 *
 * @param network fields of the network's {@code config.json}
 * @param scheduler fields of the {@code scheduler_config.json}: noise levels and prediction type
 * @param seed key of the first weights, the order of the images and all noise
 * @param steps updates in all, 1 or more
 * @param batchSize images of an update, 1 or more
 * @param learningRate peak learning rate, more than 0
 * @param warmUpSteps updates over which the learning rate rises, 0 or more
 * @param learningRateCourse how it goes on after that
 * @param weightDecay decoupled weight decay, 0 or more
 * @param maxGradientNorm bound on the norm of the whole gradient, more than 0
 * @param averageDecay decay of the weights' moving average, 0 to below 1
 * @param labelDropout share of labels replaced by "none", 0 to 1; 0 trains no class for "none"
 */
public record TrainingOptions(
    Map<String, Object> network,
    Map<String, Object> scheduler,
    long seed,
    int steps,
    int batchSize,
    double learningRate,
    int warmUpSteps,
    LearningRate learningRateCourse,
    double weightDecay,
    double maxGradientNorm,
    double averageDecay,
    double labelDropout) {

  /** Checks the limits. */
  public TrainingOptions {
    require(steps >= 1, "steps", steps, ">= 1");
    require(batchSize >= 1, "batch size", batchSize, ">= 1");
    require(
        learningRate > 0 && Double.isFinite(learningRate), "learning rate", learningRate, "> 0");
    require(warmUpSteps >= 0, "warm-up steps", warmUpSteps, ">= 0");
    require(weightDecay >= 0 && Double.isFinite(weightDecay), "weight decay", weightDecay, ">= 0");
    require(maxGradientNorm > 0, "max gradient norm", maxGradientNorm, "> 0");
    require(averageDecay >= 0 && averageDecay < 1, "average decay", averageDecay, "0 to below 1");
    require(labelDropout >= 0 && labelDropout <= 1, "label dropout", labelDropout, "0 to 1");
  }

  private static void require(boolean holds, String name, Number value, String expectation) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expectation + ")");
    }
  }
}
