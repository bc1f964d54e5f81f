package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.GammaCost;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.Prediction;
import io.stepwise.diffusion.SchedulerConfig;

/**
 * The whole variational bound in continuous time, in bits per dimension, as a function of the
 * network and of the ends of the noise schedule: Kingma et al. 2021 (arXiv:2107.00630), section 3
 * and appendix H. Gradients reach the ends through each of its three terms and through the
 * network's input.
 *
 * <p>The network is told the time in timesteps of its scheduler, wherever the ends are.
 */
final class LearntEndsObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;
  private static final int FIRST_STREAM = 2;

  private final Prediction prediction;
  private final int lastTimestep;
  private final LabelDropout labels;

  private LearntEndsObjective(Prediction prediction, int lastTimestep, LabelDropout labels) {
    this.prediction = prediction;
    this.lastTimestep = lastTimestep;
    this.labels = labels;
  }

  /**
   * Returns the objective of a model.
   *
   * @throws IllegalArgumentException if the model has no list of betas, or a longer one than could
   *     be written of all ends
   */
  static LearntEndsObjective of(SchedulerConfig scheduler, LabelDropout labels) {
    VariationalLevels.of(scheduler); // the same models are refused
    int timesteps = scheduler.trainTimesteps();
    if (timesteps > VariationalSchedule.LEARNT_TIMESTEPS) {
      throw new IllegalArgumentException(
          "num_train_timesteps: %d (expected: <= %d where the ends are learnt)"
              .formatted(timesteps, VariationalSchedule.LEARNT_TIMESTEPS));
    }
    return new LearntEndsObjective(scheduler.prediction(), timesteps - 1, labels);
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    int size = batch.size();
    double[] fractions = batch.stratified(CHOICE_STREAM);
    float[] times = new float[size + 2];
    float[] timesteps = new float[size];
    times[1] = 1;
    for (int i = 0; i < size; i++) {
      times[i + 2] = (float) fractions[i];
      timesteps[i] = (float) (fractions[i] * lastTimestep);
    }
    NDArray gammas = networks.get(Networks.ENDS).run(manager.create(times));
    NDArray ends = ends(batch, gammas, manager);
    NDArray half = manager.full(new Shape(), (float) PixelLikelihood.bits(0.5));
    NDArray rise = gammas.get(1).sub(gammas.get(0)).mul(half);
    NDArray error = noiseError(networks.unet(), batch, gammas, timesteps, manager);
    return error.mul(error).mean().mul(rise).add(ends);
  }

  /** Returns the difference of the noise and the network's estimate of it, [B, C, H, W]. */
  private NDArray noiseError(
      Network network, TrainingBatch batch, NDArray gammas, float[] timesteps, NDManager manager) {
    Shape shape = batch.tensorShape();
    NDArray gamma = gammas.get("2:").reshape(batch.size(), 1, 1, 1);
    NDArray alpha = sigmoid(gamma.neg(), manager).sqrt();
    NDArray sigma = sigmoid(gamma, manager).sqrt();
    NDArray noise = manager.create(batch.noise(NOISE_STREAM), shape);
    NDArray noisy = manager.create(batch.images(), shape).mul(alpha).add(noise.mul(sigma));
    NDArray output =
        network.run(
            noisy, manager.create(timesteps), manager.create(labels.classes(batch, CHOICE_STREAM)));
    NDArray estimate =
        switch (prediction) {
          case EPSILON -> output;
          case SAMPLE -> noisy.sub(output.mul(alpha)).div(sigma);
          case V -> noisy.mul(sigma).add(output.mul(alpha));
          case FLOW -> throw new IllegalStateException("no model of betas predicts a flow");
        };
    return noise.sub(estimate);
  }

  private static NDArray sigmoid(NDArray x, NDManager manager) {
    NDArray one = manager.full(new Shape(), 1);
    return one.div(one.add(x.neg().exp()));
  }

  /** Returns the prior and the reconstruction, which depend on the ends alone. */
  private static NDArray ends(TrainingBatch batch, NDArray gammas, NDManager manager) {
    double first = gammas.getFloat(0);
    double last = gammas.getFloat(1);
    float[] noise = batch.noise(FIRST_STREAM);
    double nats = 0;
    double firstSlope = 0;
    double lastSlope = 0;
    for (int k = 0; k < noise.length; k++) {
      GammaCost reconstruction =
          PixelLikelihood.categoricalCost(PixelBins.level(batch.images()[k]), noise[k], first);
      GammaCost prior = GaussianDivergence.priorCost(batch.images()[k], last);
      nats += reconstruction.nats() + prior.nats();
      firstSlope += reconstruction.gammaSlope();
      lastSlope += prior.gammaSlope();
    }
    double each = PixelLikelihood.bits(1) / noise.length;
    float[] slopes = new float[(int) gammas.size()];
    slopes[0] = (float) (each * firstSlope);
    slopes[1] = (float) (each * lastSlope);
    return ComputedTensor.of(each * nats, gammas, slopes, manager);
  }
}
