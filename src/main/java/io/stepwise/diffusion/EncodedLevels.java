package io.stepwise.diffusion;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The T noise levels of a diffusion model whose noise an encoder makes, timestep 0 the least noisy.
 * The last has no signal: its state is the encoder's draw alone, as in a variational autoencoder,
 * which is the model with T = 1.
 */
public final class EncodedLevels {

  /** With more of them the betas of the least noisy would be less than float32 tells apart. */
  static final int MOST = 500;

  /**
   * Bound of the logarithm of an encoder's deviation, beyond which it says nothing more: Vahdat and
   * Kautz 2020 (arXiv:2007.03898).
   */
  public static final double LARGEST_LOG_DEVIATION = 5;

  private static final double MOST_LOG_SNR = 13.3;
  private static final double LEAST_LOG_SNR = -5;

  private final SchedulerConfig scheduler;
  private final NoiseSchedule schedule;

  private EncodedLevels(SchedulerConfig scheduler) {
    this.scheduler = scheduler;
    this.schedule = scheduler.noiseSchedule();
  }

  /**
   * A noise level {@code x_t = alpha * x + sigma * noise}, and the reverse step from it to the next
   * level below; from timestep 0 that is to the pixels.
   *
   * @param timestep what the network is told of it
   * @param alpha factor on the clean image
   * @param sigma factor on the noise
   * @param isLast whether it is the noisiest, without signal
   * @param denoised the estimate by the state and the network's output
   * @param step the reverse step; at timestep 0 one to a state without noise, of which only the
   *     estimate counts
   */
  public record Level(
      int timestep,
      double alpha,
      double sigma,
      boolean isLast,
      Prediction.OfOutput denoised,
      Step step) {}

  /**
   * A reverse step.
   *
   * @param encodedWeight how much of the encoder's mean is to be estimated beside the clean image
   * @param ratioGain how much signal-to-noise ratio it gains
   * @param logVarianceRange logarithm of the largest variance by the posterior's
   */
  public record Step(double encodedWeight, double ratioGain, double logVarianceRange) {

    private static final Step TO_PIXELS = new Step(0, 0, 0);

    /**
     * Returns what it costs in nats a dimension.
     *
     * @param error squared error of the estimate of {@code x + encodedWeight * mu}
     * @param share how far the logarithm of the variance is from the posterior's towards the
     *     largest, 0 for the posterior's own
     */
    public double divergence(double error, double share) {
      double excess = share * logVarianceRange;
      return (excess + Math.exp(-excess) * (1 + ratioGain * error) - 1) / 2;
    }

    private static Step of(ReverseStep step) {
      LogVarianceBounds bounds = step.logVarianceBounds();
      return new Step(step.encodedWeight(), step.ratioGain(), bounds.high() - bounds.low());
    }
  }

  /**
   * Returns the levels of a model.
   *
   * @throws IllegalArgumentException if it was not trained on betas, the last one has signal left,
   *     or the network predicts noise, which an encoder could make constant
   */
  public static EncodedLevels of(SchedulerConfig scheduler) {
    EncodedLevels levels = new EncodedLevels(scheduler);
    double left = levels.schedule.alphaBar(levels.count() - 1);
    if (left != 0) {
      throw new IllegalArgumentException(
          "alphaBar at the last timestep: " + left + " (expected: 0 with an encoder)");
    }
    Prediction prediction = scheduler.prediction();
    if (prediction == Prediction.EPSILON) {
      throw new IllegalArgumentException(
          "prediction_type: epsilon (expected: sample or v_prediction with an encoder)");
    }
    return levels;
  }

  /**
   * Returns the fields of the {@code scheduler_config.json} of T levels whose log-SNR falls along a
   * line that begins at the pixels with 13.3 and ends with -5, but that the last has no signal.
   * From 2 levels on the reverse steps have learned variances.
   *
   * @param count T, 1 to 500
   */
  public static Map<String, Object> scheduler(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("timesteps: " + count + " (expected: 1 to " + MOST + ")");
    }
    List<Double> betas = new ArrayList<>();
    if (count > 1) {
      double fall = (MOST_LOG_SNR - LEAST_LOG_SNR) / count;
      NoiseSchedule below =
          NoiseSchedule.linearLogSnr(count - 1, MOST_LOG_SNR - fall, LEAST_LOG_SNR + fall);
      for (int t = 0; t < count - 1; t++) {
        betas.add(below.beta(t));
      }
    }
    betas.add(1.0);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("_class_name", "DDPMScheduler");
    fields.put("num_train_timesteps", count);
    fields.put("trained_betas", betas);
    fields.put("prediction_type", count == 1 ? "sample" : "v_prediction");
    fields.put("variance_type", count == 1 ? "fixed_small" : "learned_range");
    fields.put("clip_sample", false);
    fields.put("timestep_spacing", "trailing");
    return fields;
  }

  /** Returns the logarithm of the deviation that an encoder's output stands for. */
  public static double logDeviation(double output) {
    return LARGEST_LOG_DEVIATION * Math.tanh(output / LARGEST_LOG_DEVIATION);
  }

  /** Returns T, the number of levels. */
  public int count() {
    return schedule.trainTimesteps();
  }

  /** Returns whether the network's output has a second half for the variance of the steps. */
  public boolean learnsVariance() {
    return scheduler.learnsVariance();
  }

  /** Returns the level of a timestep, 0 to T - 1. */
  public Level at(int timestep) {
    double alpha = schedule.alpha(timestep);
    double sigma = schedule.sigma(timestep);
    return new Level(
        timestep,
        alpha,
        sigma,
        timestep == count() - 1,
        scheduler.prediction().denoised(alpha, sigma),
        timestep == 0
            ? Step.TO_PIXELS
            : Step.of(new ReverseStep(schedule.gamma(timestep - 1), schedule.gamma(timestep))));
  }
}
