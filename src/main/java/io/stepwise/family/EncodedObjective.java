package io.stepwise.family;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.stepwise.diffusion.EncodedLevels;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The variational bound, in bits per dimension, of a diffusion model whose noise an encoder makes
 * of the image: {@code x_t = alpha_t x + sigma_t e}, e of mean mu(x). With one level, T = 1, it is
 * a variational autoencoder (Kingma and Welling 2014, arXiv:1312.6114) whose latent has the image's
 * size and whose decoder is the U-Net; without an encoder, mu = 0, it is that of Ho et al. 2020
 * (arXiv:2006.11239) with learned variances (Nichol and Dhariwal 2021, arXiv:2102.09672).
 *
 * <p>Each forward step adds of mu and of fresh noise what keeps these marginals, so that the
 * posterior of a less noisy state is Gaussian and every divergence exact. The last level has no
 * signal; given the image it is independent of those below. There the deviation is the encoder's,
 * below it is 1: a deviation that depended on the image would cost something at each step, without
 * end as T grows, and a common one is nothing but another schedule, as dividing the states by a
 * number shows. The posterior's mean holds the image and mu in one sum, and that sum is what the
 * network estimates, so samples are drawn by the plain ancestral steps.
 *
 * <p>The pixels follow from the state of timestep 0 as {@link DecodedPixels} says, with one
 * variance for the images at hand; of a batch that is taken in parts each has its own. Every image
 * is asked at one level, those of a batch being stratified. Gradients flow into the encoder through
 * the states, too.
 */
final class EncodedObjective implements Objective {

  private static final int NOISE_STREAM = 0;
  private static final int CHOICE_STREAM = 1;

  private final EncodedLevels levels;
  private final LabelDropout labels;
  private final DivergenceWarmUp warmUp;

  EncodedObjective(EncodedLevels levels, LabelDropout labels, DivergenceWarmUp warmUp) {
    this.levels = levels;
    this.labels = labels;
    this.warmUp = warmUp;
  }

  @Override
  public NDArray loss(Networks networks, TrainingBatch batch, NDManager manager) {
    NDArray images = manager.create(batch.images(), batch.tensorShape());
    NDArray classes = manager.create(labels.classes(batch, CHOICE_STREAM));
    Asked asked = asked(batch, manager);
    EncodedNoise encoded = encode(networks, images, classes, manager);
    NDArray one = manager.ones(new Shape());
    NDArray spread =
        asked
            .column(level -> level.isLast() ? 1 : 0)
            .mul(encoded.logDeviation().exp().sub(one))
            .add(one);
    NDArray noise = manager.create(batch.noise(NOISE_STREAM), batch.tensorShape());
    NDArray state =
        asked
            .column(EncodedLevels.Level::alpha)
            .mul(images)
            .add(
                asked
                    .column(EncodedLevels.Level::sigma)
                    .mul(encoded.mean().add(spread.mul(noise))));
    NDList output = networks.unet().run(state, asked.timesteps(), classes).split(outputs(), 1);
    NDArray estimate =
        asked
            .column(level -> level.denoised().x())
            .mul(state)
            .add(asked.column(level -> level.denoised().out()).mul(output.get(0)));
    NDArray error =
        images
            .add(asked.column(level -> level.step().encodedWeight()).mul(encoded.mean()))
            .sub(estimate);
    NDArray squares = error.mul(error);
    NDArray steps =
        levels.learnsVariance()
            ? learned(squares, output.get(1), asked)
            : asked.column(level -> level.step().ratioGain() / 2).mul(squares);
    NDArray count = manager.full(new Shape(), levels.count());
    NDArray weight = manager.full(new Shape(), (float) warmUp.weight(networks, batch));
    NDArray nats =
        steps
            .mean()
            .add(reconstruction(batch, estimate, asked))
            .mul(count)
            .add(encoded.divergence(manager).mul(weight).mean());
    return nats.mul(manager.full(new Shape(), (float) (1 / Math.log(2))));
  }

  private long outputs() {
    return levels.learnsVariance() ? 2 : 1;
  }

  /** The level at which each image of a batch is asked. */
  private record Asked(EncodedLevels.Level[] levels, NDManager manager) {

    /** Returns a number of each image, [B, 1, 1, 1]. */
    NDArray column(ToDoubleFunction<EncodedLevels.Level> value) {
      float[] values = new float[levels.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) value.applyAsDouble(levels[i]);
      }
      return manager.create(values, new Shape(values.length, 1, 1, 1));
    }

    NDArray timesteps() {
      return column(EncodedLevels.Level::timestep).reshape(levels.length);
    }
  }

  private Asked asked(TrainingBatch batch, NDManager manager) {
    return new Asked(
        Arrays.stream(batch.stratified(CHOICE_STREAM))
            .mapToObj(fraction -> levels.at((int) (fraction * levels.count())))
            .toArray(EncodedLevels.Level[]::new),
        manager);
  }

  private static EncodedNoise encode(
      Networks networks, NDArray images, NDArray classes, NDManager manager) {
    return networks.has(Networks.ENCODER)
        ? EncodedNoise.of(
            networks.get(Networks.ENCODER).run(images, manager.zeros(classes.getShape()), classes),
            manager)
        : EncodedNoise.standard(images.getShape(), manager);
  }

  /** Returns what the pixels cost of the images that are asked at timestep 0, in nats a pixel. */
  private static NDArray reconstruction(TrainingBatch batch, NDArray estimate, Asked asked) {
    int pixels = batch.shape().size();
    int[] first =
        IntStream.range(0, batch.size())
            .filter(image -> asked.levels()[image].timestep() == 0)
            .toArray();
    float[] estimates = estimate.toFloatArray();
    DecodedPixels cost =
        DecodedPixels.of(rows(batch.images(), first, pixels), rows(estimates, first, pixels))
            .scaled(1.0 / estimates.length);
    float[] slopes = new float[estimates.length];
    for (int i = 0; i < first.length; i++) {
      System.arraycopy(cost.slopes(), i * pixels, slopes, first[i] * pixels, pixels);
    }
    return ComputedTensor.of(cost.nats(), estimate, slopes, asked.manager());
  }

  private static float[] rows(float[] values, int[] images, int pixels) {
    float[] rows = new float[images.length * pixels];
    for (int i = 0; i < images.length; i++) {
      System.arraycopy(values, images[i] * pixels, rows, i * pixels, pixels);
    }
    return rows;
  }

  /**
   * Returns the divergence of the reverse step in nats, the logarithm of its variance being so much
   * of the way from the posterior's to the largest as the network says.
   */
  private static NDArray learned(NDArray squares, NDArray output, Asked asked) {
    NDManager manager = asked.manager();
    NDArray one = manager.ones(new Shape());
    NDArray half = manager.full(new Shape(), 0.5f);
    NDArray excess =
        output.add(one).mul(asked.column(level -> level.step().logVarianceRange() / 2));
    NDArray offset = asked.column(level -> level.step().ratioGain()).mul(squares).add(one);
    return excess.add(excess.neg().exp().mul(offset)).sub(one).mul(half);
  }
}
