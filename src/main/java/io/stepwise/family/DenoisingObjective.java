package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.Prediction;

/**
 * The mean squared error of a network's prediction at random noise levels, whatever it predicts: Ho
 * et al. 2020 (arXiv:2006.11239), equation 14, Salimans and Ho 2022 (arXiv:2202.00512), Lipman et
 * al. 2023 (arXiv:2210.02747), Kingma et al. 2021 (arXiv:2107.00630).
 *
 * <p>Differs from the first two papers: the levels of a batch are stratified, as in the last.
 */
final class DenoisingObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;

  private final NoiseLevels levels;
  private final Prediction prediction;
  private final LabelDropout labels;
  private final boolean pairsByTransport;

  /**
   * Makes the objective.
   *
   * @param levels noise levels of training
   * @param prediction what the network is to output
   * @param pairsByTransport whether the noise is paired with the images instead of used as drawn;
   *     of a batch that is taken in parts each is paired by itself
   */
  DenoisingObjective(
      NoiseLevels levels, Prediction prediction, LabelDropout labels, boolean pairsByTransport) {
    this.levels = levels;
    this.prediction = prediction;
    this.labels = labels;
    this.pairsByTransport = pairsByTransport;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    int size = batch.size();
    int pixels = batch.shape().size();
    float[] noise = noise(batch);
    float[] noisy = new float[size * pixels];
    float[] targets = new float[size * pixels];
    float[] timesteps = new float[size];
    float[] errorScales = new float[size];
    double[] fractions = batch.stratified(CHOICE_STREAM);
    for (int i = 0; i < size; i++) {
      NoiseLevels.Level level = levels.at(fractions[i]);
      timesteps[i] = (float) level.timestep();
      errorScales[i] = (float) Math.sqrt(level.weight());
      Prediction.OfData target = prediction.target(level.alpha(), level.sigma());
      for (int k = i * pixels; k < (i + 1) * pixels; k++) {
        float clean = batch.images()[k];
        noisy[k] = (float) (level.alpha() * clean + level.sigma() * noise[k]);
        targets[k] = (float) (target.clean() * clean + target.noise() * noise[k]);
      }
    }
    Shape shape = batch.tensorShape();
    NDArray output =
        networks
            .unet()
            .run(
                manager.create(noisy, shape),
                manager.create(timesteps),
                manager.create(labels.classes(batch, CHOICE_STREAM)));
    NDArray error =
        output
            .sub(manager.create(targets, shape))
            .mul(manager.create(errorScales, new Shape(size, 1, 1, 1)));
    return error.mul(error).mean();
  }

  private float[] noise(TrainingBatch batch) {
    float[] drawn = batch.noise(NOISE_STREAM);
    if (!pairsByTransport) {
      return drawn;
    }
    int pixels = batch.shape().size();
    int[] pairs = TransportPairing.pair(batch.images(), drawn, pixels);
    float[] paired = new float[drawn.length];
    for (int i = 0; i < pairs.length; i++) {
      System.arraycopy(drawn, pairs[i] * pixels, paired, i * pixels, pixels);
    }
    return paired;
  }
}
