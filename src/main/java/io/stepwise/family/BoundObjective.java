package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.stepwise.diffusion.DiscreteBound;
import io.stepwise.diffusion.NoiseSchedule;
import io.stepwise.diffusion.PixelCost;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.Prediction;
import io.stepwise.network.TensorData;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variational bound of a discrete-time model in bits per dimension, without its prior: alone,
 * or for the variance beside the simple loss for the mean. Nichol and Dhariwal 2021
 * (arXiv:2102.09672), section 3.
 *
 * <p>Of the network's output the first half of the channels is its prediction and, where it learns
 * the variance, the second says where in the range the logarithm lies: o from -1 to 1. In the
 * hybrid loss no gradient of the bound reaches the prediction. The estimate is not clipped.
 *
 * <p>Differs from the paper: the timesteps of a batch are stratified.
 */
final class BoundObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;

  /** The paper's lambda. */
  private static final double BOUND_SHARE = 0.001;

  private final DiscreteBound bound;
  private final Prediction prediction;
  private final LabelDropout labels;
  private final boolean isHybrid;
  private final LossHistory even;
  private final LossHistory history;

  /** The losses of the update that is being made, by place in its batch. */
  private final Map<Integer, ImageLoss> observed = new LinkedHashMap<>();

  /** An image's term of the bound, in bits a dimension. */
  private record ImageLoss(int timestep, double bits) {}

  /**
   * Makes the objective.
   *
   * @param prediction what the network is to output
   * @param isHybrid whether the prediction is trained by its squared error, not by the bound
   */
  BoundObjective(
      DiscreteBound bound, Prediction prediction, LabelDropout labels, boolean isHybrid) {
    this.bound = bound;
    this.prediction = prediction;
    this.labels = labels;
    this.isHybrid = isHybrid;
    this.even = new LossHistory(bound.schedule().trainTimesteps());
    this.history = new LossHistory(bound.schedule().trainTimesteps());
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    boolean isEven = isHybrid || networks.areMeasured();
    Evaluation evaluation = run(networks, batch, manager, isEven ? even : history);
    if (!isEven) {
      for (int i = 0; i < batch.size(); i++) {
        observed.put(batch.first() + i, evaluation.images()[i]);
      }
    }
    return evaluation.loss();
  }

  @Override
  public void endUpdate() {
    if (!observed.isEmpty()) {
      observed.values().forEach(image -> history.add(image.timestep(), image.bits()));
      history.apply();
    }
    observed.clear();
  }

  @Override
  public Map<String, TensorData> state() {
    return isHybrid ? Map.of() : history.state();
  }

  @Override
  public void restore(Map<String, TensorData> state) {
    if (!isHybrid) {
      history.restore(state);
    }
  }

  private record Evaluation(NDArray loss, ImageLoss[] images) {}

  private Evaluation run(
      Networks networks, TrainingBatch batch, NDManager manager, LossHistory draws) {
    int size = batch.size();
    int pixels = batch.shape().size();
    NoiseSchedule schedule = bound.schedule();
    float[] noise = batch.noise(NOISE_STREAM);
    float[] noisy = new float[size * pixels];
    float[] timesteps = new float[size];
    LossHistory.Draw[] drawn = new LossHistory.Draw[size];
    double[] fractions = batch.stratified(CHOICE_STREAM);
    for (int i = 0; i < size; i++) {
      drawn[i] = draws.draw(fractions[i]);
      int timestep = drawn[i].timestep();
      timesteps[i] = timestep;
      for (int k = i * pixels; k < (i + 1) * pixels; k++) {
        noisy[k] =
            (float)
                (schedule.alpha(timestep) * batch.images()[k]
                    + schedule.sigma(timestep) * noise[k]);
      }
    }
    NDArray output =
        networks
            .unet()
            .run(
                manager.create(noisy, batch.tensorShape()),
                manager.create(timesteps),
                manager.create(labels.classes(batch, CHOICE_STREAM)));
    Pass pass = new Pass(batch, noise, noisy, output.toFloatArray());
    ImageLoss[] images = new ImageLoss[size];
    for (int i = 0; i < size; i++) {
      images[i] = pass.add(i, drawn[i]);
    }
    return new Evaluation(ComputedTensor.of(pass.loss, output, pass.slopes, manager), images);
  }

  /** Adds up a batch's loss and its slopes by the network's output. */
  private final class Pass {

    private final TrainingBatch batch;
    private final float[] noise;
    private final float[] noisy;
    private final float[] output;
    private final float[] slopes;
    private double loss;

    Pass(TrainingBatch batch, float[] noise, float[] noisy, float[] output) {
      this.batch = batch;
      this.noise = noise;
      this.noisy = noisy;
      this.output = output;
      this.slopes = new float[output.length];
    }

    ImageLoss add(int image, LossHistory.Draw drawn) {
      int timestep = drawn.timestep();
      int timestepCount = bound.schedule().trainTimesteps();
      double alpha = bound.schedule().alpha(timestep);
      double sigma = bound.schedule().sigma(timestep);
      Prediction.OfOutput estimate = prediction.denoised(alpha, sigma);
      Prediction.OfData target = prediction.target(alpha, sigma);
      DiscreteBound.Term term = bound.term(timestep);
      double low = term.logVariance().low();
      double halfRange = (term.logVariance().high() - low) / 2;
      int pixels = batch.shape().size();
      double each = 1.0 / ((double) pixels * batch.size());
      double boundWeight = drawn.weight() * timestepCount * (isHybrid ? BOUND_SHARE : 1);
      double perNat = PixelLikelihood.bits(boundWeight) * each;
      int own = image * pixels * (bound.learnsVariance() ? 2 : 1);
      double nats = 0;
      for (int k = 0; k < pixels; k++) {
        int place = image * pixels + k;
        double clean = batch.images()[place];
        double predicted = output[own + k];
        double share = bound.learnsVariance() ? output[own + pixels + k] : 0;
        PixelCost cost =
            term.cost()
                .of(
                    clean,
                    estimate.x() * noisy[place] + estimate.out() * predicted,
                    low + (share + 1) * halfRange);
        nats += cost.nats();
        if (bound.learnsVariance()) {
          slopes[own + pixels + k] = (float) (perNat * cost.logVarianceSlope() * halfRange);
        }
        if (isHybrid) {
          double error = predicted - target.clean() * clean - target.noise() * noise[place];
          loss += each * error * error;
          slopes[own + k] = (float) (2 * each * error);
        } else {
          slopes[own + k] = (float) (perNat * cost.estimateSlope() * estimate.out());
        }
      }
      loss += perNat * nats;
      return new ImageLoss(timestep, PixelLikelihood.bits(nats / pixels));
    }
  }
}
