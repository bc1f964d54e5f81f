package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelCost;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.network.ImageShape;

/**
 * The variational bound of an autoencoder in bits per dimension: Kingma and Welling 2014
 * (arXiv:1312.6114). Pixels follow from what is decoded by a discretised Gaussian with one
 * variance, the mean squared error of the images at hand: Rybkin et al. 2021 (arXiv:2006.13202). Of
 * a batch that is taken in parts each has a variance of its own.
 *
 * <p>The divergence of the latents counts less in the first updates of a training, so that they are
 * used before they are paid for.
 */
final class AutoencoderObjective implements Objective {

  private static final int NOISE_STREAM = 0;

  /** A deviation of an eighth of half a level, below which no level is another's neighbour. */
  private static final double LEAST_VARIANCE = PixelBins.HALF_WIDTH * PixelBins.HALF_WIDTH / 64;

  private final ImageShape latent;
  private final DivergenceWarmUp warmUp;

  /** Makes the objective of latents of a shape. */
  AutoencoderObjective(ImageShape latent, DivergenceWarmUp warmUp) {
    this.latent = latent;
    this.warmUp = warmUp;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    int latents = latent.size();
    float[] noise = new float[batch.size() * latents];
    for (int i = 0; i < batch.size(); i++) {
      float[] drawn = batch.stream(i, NOISE_STREAM).draw(latents);
      System.arraycopy(drawn, 0, noise, i * latents, latents);
    }
    Shape latentShape = new Shape(batch.size(), latent.channels(), latent.height(), latent.width());
    NDArray output =
        networks
            .get(Networks.AUTOENCODER)
            .run(
                manager.create(batch.images(), batch.tensorShape()),
                manager.create(noise, latentShape));
    float[] values = output.toFloatArray();
    float[] slopes = new float[values.length];
    double bits =
        addReconstruction(batch, values, slopes)
            + addDivergence(batch, values, slopes, warmUp.weight(networks, batch));
    return ComputedTensor.of(bits, output, slopes, manager);
  }

  /**
   * Adds what the pixels cost. The variance follows from what is decoded, and the slopes take that
   * in: pixels that may lie beyond the outermost levels would otherwise widen it without end.
   */
  private double addReconstruction(TrainingBatch batch, float[] values, float[] slopes) {
    double variance = Math.max(squaredError(batch, values), LEAST_VARIANCE);
    double logVariance = Math.log(variance);
    double each = bitsPerNat(batch);
    int pixels = batch.shape().size();
    int count = batch.images().length;
    double bits = 0;
    double logVarianceSlope = 0;
    for (int k = 0; k < count; k++) {
      int place = decodedPlace(k, pixels);
      PixelCost cost =
          PixelLikelihood.cost(PixelBins.level(batch.images()[k]), values[place], logVariance);
      bits += each * cost.nats();
      slopes[place] = (float) (each * cost.estimateSlope());
      logVarianceSlope += each * cost.logVarianceSlope();
    }
    if (variance > LEAST_VARIANCE) {
      for (int k = 0; k < count; k++) {
        int place = decodedPlace(k, pixels);
        double error = (double) values[place] - batch.images()[k];
        slopes[place] += (float) (logVarianceSlope * 2 * error / (count * variance));
      }
    }
    return bits;
  }

  private double squaredError(TrainingBatch batch, float[] values) {
    int pixels = batch.shape().size();
    double sum = 0;
    for (int k = 0; k < batch.images().length; k++) {
      double error = (double) values[decodedPlace(k, pixels)] - batch.images()[k];
      sum += error * error;
    }
    return sum / batch.images().length;
  }

  private double addDivergence(TrainingBatch batch, float[] values, float[] slopes, double weight) {
    int latents = latent.size();
    double each = weight * bitsPerNat(batch);
    double bits = 0;
    for (int i = 0; i < batch.size(); i++) {
      int own = i * (2 * latents + batch.shape().size());
      for (int j = own; j < own + latents; j++) {
        double mean = values[j];
        double logVariance = values[j + latents];
        bits += each * GaussianDivergence.fromStandard(mean, logVariance);
        slopes[j] = (float) (each * mean);
        slopes[j + latents] = (float) (each * Math.expm1(logVariance) / 2);
      }
    }
    return bits;
  }

  /** Returns where a pixel is in the network's output, behind the moments of its image. */
  private int decodedPlace(int pixel, int pixels) {
    return pixel + (pixel / pixels + 1) * 2 * latent.size();
  }

  private static double bitsPerNat(TrainingBatch batch) {
    return PixelLikelihood.bits(1) / batch.images().length;
  }
}
