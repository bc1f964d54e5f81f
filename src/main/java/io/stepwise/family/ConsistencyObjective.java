package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.ConsistencyFunction;
import io.stepwise.network.TorchRuntime;

/**
 * The distance of a consistency function's values at two neighbouring noise levels of one image
 * with one noise, without any other model to learn from: Song and Dhariwal 2024 (arXiv:2310.14189),
 * with the pseudo-Huber distance. Gradients flow through the noisier one alone.
 *
 * <p>Differs from the paper: the levels of a batch are stratified, and the closest ones are as far
 * apart as the scheduler says.
 */
final class ConsistencyObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;
  private static final int DROPOUT_STREAM = 2;
  private static final double HUBER_SCALE = 0.00054;

  private final ConsistencyFunction function;
  private final LabelDropout labels;
  private final int steps;

  /**
   * Makes the objective.
   *
   * @param function noise levels and preconditioning
   * @param steps updates of the whole training, over which the levels come closer
   */
  ConsistencyObjective(ConsistencyFunction function, LabelDropout labels, int steps) {
    this.function = function;
    this.labels = labels;
    this.steps = steps;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    Network network = networks.unet();
    int size = batch.size();
    int most = function.range().trainTimesteps() - 1;
    ConsistencyLevels levels =
        new ConsistencyLevels(function, ConsistencyLevels.intervals(batch.step(), steps, most));
    double[] fractions = batch.stratified(CHOICE_STREAM);
    double[] low = new double[size];
    double[] high = new double[size];
    float[] weights = new float[size];
    for (int i = 0; i < size; i++) {
      ConsistencyLevels.Pair pair = levels.draw(fractions[i]);
      low[i] = pair.low();
      high[i] = pair.high();
      weights[i] = (float) (1 / (pair.high() - pair.low()));
    }
    float[] noise = batch.noise(NOISE_STREAM);
    long[] classes = labels.classes(batch, CHOICE_STREAM);
    NDArray target = values(network, batch, noise, classes, low, manager).stopGradient();
    NDArray error = values(network, batch, noise, classes, high, manager).sub(target);
    double huber = HUBER_SCALE * Math.sqrt(batch.shape().size());
    NDArray square = manager.full(new Shape(), (float) (huber * huber));
    NDArray root = manager.full(new Shape(), (float) huber);
    NDArray distance = error.mul(error).sum(new int[] {1, 2, 3}).add(square).sqrt().sub(root);
    return distance.mul(manager.create(weights)).mean();
  }

  /** Returns the function's value of each image at a noise level of its own, [B, C, H, W]. */
  private NDArray values(
      Network network,
      TrainingBatch batch,
      float[] noise,
      long[] classes,
      double[] sigmas,
      NDManager manager) {
    int pixels = batch.shape().size();
    float[] inputs = new float[noise.length];
    float[] kept = new float[noise.length];
    float[] outputScales = new float[sigmas.length];
    float[] timesteps = new float[sigmas.length];
    for (int i = 0; i < sigmas.length; i++) {
      ConsistencyFunction.Evaluation evaluation = function.at(sigmas[i]);
      timesteps[i] = (float) evaluation.timestep();
      outputScales[i] = (float) evaluation.denoised().out();
      for (int k = i * pixels; k < (i + 1) * pixels; k++) {
        double x = batch.images()[k] + sigmas[i] * noise[k];
        inputs[k] = (float) (evaluation.inputScale() * x);
        kept[k] = (float) (evaluation.denoised().x() * x);
      }
    }
    // the same parts of the network are dropped at both levels
    TorchRuntime.seedDropout(batch.commonStream(DROPOUT_STREAM).random().nextInt());
    Shape shape = batch.tensorShape();
    return network
        .run(manager.create(inputs, shape), manager.create(timesteps), manager.create(classes))
        .mul(manager.create(outputScales, new Shape(sigmas.length, 1, 1, 1)))
        .add(manager.create(kept, shape));
  }
}
