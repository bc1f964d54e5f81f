package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.Prediction;

/**
 * The simple objective of denoising diffusion: the mean squared error of the network's prediction
 * at a random timestep, Ho et al. 2020 (arXiv:2006.11239), equation 14, or its counterpart for
 * another prediction type (Salimans and Ho 2022, arXiv:2202.00512).
 *
 * <p>Differs from the paper: the timesteps of a batch are stratified, one from each of B equal
 * parts of the range at a common random offset (each is still uniform), which lowers the variance
 * of the loss. Labels are replaced by "none" at a set rate, so that the network can be guided: Ho
 * and Salimans 2022 (arXiv:2207.12598).
 */
public final class DenoisingObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;

  private final NoiseSchedule schedule;
  private final Prediction prediction;
  private final int noneLabel;
  private final double labelDropout;

  /**
   * Makes the objective.
   *
   * @param schedule noise levels of training
   * @param prediction what the network is to output
   * @param noneLabel index of the class for "none"; 0 where the network has no classes
   * @param labelDropout share of labels replaced by "none", 0 to 1
   */
  public DenoisingObjective(
      NoiseSchedule schedule, Prediction prediction, int noneLabel, double labelDropout) {
    if (!(labelDropout >= 0 && labelDropout <= 1)) {
      throw new IllegalArgumentException("label dropout: " + labelDropout + " (expected: 0 to 1)");
    }
    this.schedule = schedule;
    this.prediction = prediction;
    this.noneLabel = noneLabel;
    this.labelDropout = labelDropout;
  }

  @Override
  public NDArray loss(Network network, TrainingBatch batch, NDManager manager) {
    int size = batch.size();
    int pixels = batch.shape().size();
    float[] noisy = new float[size * pixels];
    float[] targets = new float[size * pixels];
    float[] timesteps = new float[size];
    long[] labels = new long[size];
    double offset = batch.commonStream(CHOICE_STREAM).random().nextDouble();
    for (int i = 0; i < size; i++) {
      int timestep = timestep(offset, batch.first() + i, batch.wholeSize());
      timesteps[i] = timestep;
      boolean isDropped = batch.stream(i, CHOICE_STREAM).random().nextDouble() < labelDropout;
      labels[i] = isDropped || batch.labels()[i] < 0 ? noneLabel : batch.labels()[i];
      System.arraycopy(batch.stream(i, NOISE_STREAM).draw(pixels), 0, noisy, i * pixels, pixels);
      addNoise(batch.images(), noisy, targets, i * pixels, (i + 1) * pixels, timestep);
    }
    Shape shape =
        new Shape(size, batch.shape().channels(), batch.shape().height(), batch.shape().width());
    NDArray output =
        network.run(
            manager.create(noisy, shape), manager.create(timesteps), manager.create(labels));
    NDArray error = output.sub(manager.create(targets, shape));
    return error.mul(error).mean();
  }

  private int timestep(double offset, int index, int size) {
    double fraction = (offset + (double) index / size) % 1;
    return (int) (fraction * schedule.trainTimesteps());
  }

  /** Turns the noise in noisy into states at a timestep, and writes what is to be predicted. */
  private void addNoise(
      float[] images, float[] noisy, float[] targets, int from, int to, int timestep) {
    double alpha = schedule.alpha(timestep);
    double sigma = schedule.sigma(timestep);
    Prediction.OfData target = prediction.target(alpha, sigma);
    for (int i = from; i < to; i++) {
      float noise = noisy[i];
      targets[i] = (float) (target.clean() * images[i] + target.noise() * noise);
      noisy[i] = (float) (alpha * images[i] + sigma * noise);
    }
  }
}
