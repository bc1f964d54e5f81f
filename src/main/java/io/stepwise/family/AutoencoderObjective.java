package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.network.ImageShape;

/**
 * The variational bound of an autoencoder in bits per dimension: Kingma and Welling 2014
 * (arXiv:1312.6114). Pixels follow from what is decoded as {@link DecodedPixels} says, with one
 * variance for the images at hand; of a batch that is taken in parts each has its own.
 *
 * <p>The divergence of the latents counts less in the first updates of a training, so that they are
 * used before they are paid for.
 */
final class AutoencoderObjective implements Objective {

  private static final int NOISE_STREAM = 0;

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

  private double addReconstruction(TrainingBatch batch, float[] values, float[] slopes) {
    int pixels = batch.shape().size();
    float[] decoded = new float[batch.images().length];
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(values, decodedPlace(i, pixels), decoded, i * pixels, pixels);
    }
    DecodedPixels cost = DecodedPixels.of(batch.images(), decoded).scaled(bitsPerNat(batch));
    for (int i = 0; i < batch.size(); i++) {
      System.arraycopy(cost.slopes(), i * pixels, slopes, decodedPlace(i, pixels), pixels);
    }
    return cost.nats();
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

  /** Returns where a decoded image begins in the network's output, behind its moments. */
  private int decodedPlace(int image, int pixels) {
    return image * pixels + (image + 1) * 2 * latent.size();
  }

  private static double bitsPerNat(TrainingBatch batch) {
    return PixelLikelihood.bits(1) / batch.images().length;
  }
}
