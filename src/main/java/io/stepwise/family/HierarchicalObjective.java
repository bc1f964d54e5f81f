package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.LatentHierarchy;
import java.util.ArrayList;
import java.util.List;

/**
 * The variational bound, in bits per dimension, of a hierarchy of latents of the image's size:
 * Vahdat and Kautz 2020 (arXiv:2007.03898), with one U-Net for the prior of all levels and the
 * decoder, and another for the encoder, which sees the image and the latent before.
 *
 * <p>The encoder's Gaussian is the prior's moved by as many of its deviations, and made wider or
 * narrower by a factor, as the encoder says. So what a level costs is how far the encoder's noise
 * is from standard, whatever the prior's own mean and deviation. While the weight of these
 * divergences warms up, each is weighted by its share in their sum, so that no level is given up.
 * The pixels follow from what the last level makes, as {@link DecodedPixels} says.
 *
 * <p>Differs from the paper: no spectral or batch normalisation, one scale, a discretised Gaussian.
 */
final class HierarchicalObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;

  /** Keeps the weight of a level that costs nothing above 0. */
  private static final double LEAST_SHARE = 0.01;

  private final LatentHierarchy hierarchy;
  private final LabelDropout labels;
  private final DivergenceWarmUp warmUp;

  HierarchicalObjective(LatentHierarchy hierarchy, LabelDropout labels, DivergenceWarmUp warmUp) {
    this.hierarchy = hierarchy;
    this.labels = labels;
    this.warmUp = warmUp;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    Pass pass =
        new Pass(
            networks,
            manager,
            manager.create(batch.images(), batch.tensorShape()),
            manager.create(labels.classes(batch, CHOICE_STREAM)),
            batch.noise(NOISE_STREAM, hierarchy.count()));
    NDArray latent = pass.encoded(manager.zeros(batch.tensorShape()), hierarchy.count());
    for (int timestep = hierarchy.count() - 1; timestep > 0; timestep--) {
      NDList prior = pass.prior(latent, timestep);
      latent =
          latent
              .add(prior.get(0))
              .add(deviation(prior.get(1), manager).mul(pass.encoded(latent, timestep)));
    }
    NDArray nats =
        reconstruction(batch.images(), latent.add(pass.prior(latent, 0).get(0)), manager);
    double[] weights = weights(pass.divergences, networks, batch);
    for (int level = 0; level < weights.length; level++) {
      nats = nats.add(pass.divergences.get(level).mul(scalar(weights[level], manager)));
    }
    return nats.mul(scalar(1 / Math.log(2), manager));
  }

  /** Returns what the pixels cost, in nats a pixel. */
  private static NDArray reconstruction(float[] images, NDArray estimate, NDManager manager) {
    DecodedPixels cost =
        DecodedPixels.of(images, estimate.toFloatArray()).scaled(1.0 / images.length);
    return ComputedTensor.of(cost.nats(), estimate, cost.slopes(), manager);
  }

  /** Returns the weights of the levels' divergences, whose mean is that of the warm-up. */
  private double[] weights(List<NDArray> divergences, Networks networks, TrainingBatch batch) {
    double weight = warmUp.weight(networks, batch);
    double[] weights = new double[divergences.size()];
    double sum = 0;
    for (int level = 0; level < weights.length; level++) {
      weights[level] =
          warmUp.isOver(networks, batch) ? 1 : divergences.get(level).getFloat() + LEAST_SHARE;
      sum += weights[level];
    }
    for (int level = 0; level < weights.length; level++) {
      weights[level] *= weight * weights.length / sum;
    }
    return weights;
  }

  /** Returns the prior's deviation, the logarithm of the variance being between its bounds. */
  private NDArray deviation(NDArray output, NDManager manager) {
    double low = hierarchy.bounds().low();
    double quarter = (hierarchy.bounds().high() - low) / 4;
    return output.mul(scalar(quarter, manager)).add(scalar(low / 2 + quarter, manager)).exp();
  }

  private static NDArray scalar(double value, NDManager manager) {
    return manager.full(new Shape(), (float) value);
  }

  /** One run of the networks over the levels, for one batch. */
  private static final class Pass {

    private final Networks networks;
    private final NDManager manager;
    private final NDArray images;
    private final NDArray classes;
    private final List<float[]> noise;
    private final List<NDArray> divergences = new ArrayList<>();

    private Pass(
        Networks networks,
        NDManager manager,
        NDArray images,
        NDArray classes,
        List<float[]> noise) {
      this.networks = networks;
      this.manager = manager;
      this.images = images;
      this.classes = classes;
      this.noise = noise;
    }

    /** Returns the next level's noise, and keeps what it costs. */
    private NDArray encoded(NDArray latent, int timestep) {
      EncodedNoise encoded =
          networks.has(Networks.ENCODER)
              ? EncodedNoise.of(
                  networks
                      .get(Networks.ENCODER)
                      .run(images.concat(latent, 1), timesteps(timestep), classes),
                  manager)
              : EncodedNoise.standard(images.getShape(), manager);
      NDArray drawn = manager.create(noise.get(divergences.size()), images.getShape());
      divergences.add(encoded.divergence(manager).mean());
      return encoded.mean().add(encoded.logDeviation().exp().mul(drawn));
    }

    /** Returns what the network says of the state after a latent: its mean and its variance. */
    private NDList prior(NDArray latent, int timestep) {
      return networks.unet().run(latent, timesteps(timestep), classes).split(2, 1);
    }

    private NDArray timesteps(int timestep) {
      return manager.full(classes.getShape(), (float) timestep);
    }
  }
}
