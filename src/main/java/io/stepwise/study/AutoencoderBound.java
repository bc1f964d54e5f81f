package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.GaussianDivergence;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Measures an {@link AutoencoderReport}: Kingma and Welling 2014 (arXiv:1312.6114), the weighted
 * bound by Burda et al. 2016 (arXiv:1509.00519), equation 8. The decoder's one deviation is fitted
 * to as many training images.
 *
 * @param latents how many numbers an image is encoded as
 * @param images how many images of each data set, in a random order that the seed fixes
 * @param samples latents drawn for each image
 * @param seed of the order and the noise
 * @param batchSize images of one network call
 */
public record AutoencoderBound(int latents, int images, int samples, long seed, int batchSize) {

  /** The first draw of noise that no sample begins with, so that both may share a seed. */
  private static final int FIRST_STREAM = 1 << 20;

  /** Checks the numbers. */
  public AutoencoderBound {
    if (images < 1) {
      throw new IllegalArgumentException("images: " + images + " (expected: >= 1)");
    }
    if (samples < 1) {
      throw new IllegalArgumentException("importance samples: " + samples + " (expected: >= 1)");
    }
  }

  /** An autoencoder, run on a batch. */
  @FunctionalInterface
  public interface Autoencoder {

    /**
     * Encodes images, draws their latents and decodes them.
     *
     * @param images B images
     * @param noise a standard normal draw for each latent of each
     * @return for each image the latents' means, the logarithms of their variances, and what is
     *     decoded
     */
    float[] run(float[] images, float[] noise);
  }

  /** What an autoencoder makes of one image with one draw of noise. */
  private record Pass(float[] mean, float[] logVariance, float[] noise, float[] decoded) {}

  /** What an image costs, in nats. */
  private record Cost(double divergence, double reconstruction, double weighted) {}

  /**
   * Measures the bound.
   *
   * @param autoencoder gives moments and decoded image of an image and noise
   * @param onImages told how many images it has seen since it was last told; {@code images * (1 +
   *     samples)} in all
   */
  public AutoencoderReport measure(
      Autoencoder autoencoder, ImageDataset training, ImageDataset test, IntConsumer onImages) {
    double deviation = deviation(autoencoder, training, onImages);
    int[] order = new EpochOrder(seed, test.count()).order(0);
    double[] divergences = new double[images];
    double[] reconstructions = new double[images];
    double[] totals = new double[images];
    double[] weighted = new double[images];
    LatentUse use = new LatentUse(latents);
    double bits = PixelLikelihood.bits(1) / test.size();
    for (int i = 0; i < images; i++) {
      float[] image = test.image(order[i]);
      List<Pass> passes = passes(autoencoder, image, i, samples, onImages);
      Cost cost = cost(PixelBins.levels(image), passes, deviation);
      divergences[i] = bits * cost.divergence();
      reconstructions[i] = bits * cost.reconstruction();
      totals[i] = divergences[i] + reconstructions[i];
      weighted[i] = bits * cost.weighted();
      use.add(latent -> divergence(passes.get(0), latent));
    }
    return new AutoencoderReport(
        Spread.of(divergences),
        Spread.of(reconstructions),
        Spread.of(totals),
        Spread.of(weighted),
        samples,
        use.active(),
        use.count(),
        images);
  }

  private double deviation(Autoencoder autoencoder, ImageDataset training, IntConsumer onImages) {
    int[] order = new EpochOrder(seed, training.count()).order(0);
    List<int[]> pixels = new ArrayList<>();
    List<float[]> decoded = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      float[] image = training.image(order[i]);
      pixels.add(PixelBins.levels(image));
      decoded.add(passes(autoencoder, image, i, 1, onImages).get(0).decoded());
    }
    return PixelDecoder.deviation(pixels, decoded);
  }

  private Cost cost(int[] levels, List<Pass> passes, double deviation) {
    double divergence = 0;
    for (int j = 0; j < latents; j++) {
      divergence += divergence(passes.get(0), j);
    }
    double reconstruction = 0;
    double[] costs = new double[passes.size()];
    for (int k = 0; k < costs.length; k++) {
      Pass pass = passes.get(k);
      double nats = levels.length * PixelDecoder.cost(levels, pass.decoded(), deviation);
      reconstruction += nats / costs.length;
      costs[k] = nats + logRatio(pass);
    }
    double weighted =
        costs.length == 1 ? divergence + reconstruction : EncodedBound.costOfMean(costs);
    return new Cost(divergence, reconstruction, weighted);
  }

  /** Returns ln q(z | x) - ln p(z) of the latents z that were drawn. */
  private static double logRatio(Pass pass) {
    double sum = 0;
    for (int j = 0; j < pass.mean().length; j++) {
      double logVariance = pass.logVariance()[j];
      double noise = pass.noise()[j];
      double drawn = pass.mean()[j] + Math.exp(logVariance / 2) * noise;
      sum += (drawn * drawn - noise * noise - logVariance) / 2;
    }
    return sum;
  }

  private static double divergence(Pass pass, int place) {
    return GaussianDivergence.fromStandard(pass.mean()[place], pass.logVariance()[place]);
  }

  private List<Pass> passes(
      Autoencoder autoencoder, float[] image, int index, int count, IntConsumer onImages) {
    List<Pass> passes = new ArrayList<>();
    for (int from = 0; from < count; from += batchSize) {
      int size = Math.min(batchSize, count - from);
      passes.addAll(pass(autoencoder, image, index, from, size));
      onImages.accept(size);
    }
    return passes;
  }

  private List<Pass> pass(Autoencoder autoencoder, float[] image, int index, int from, int count) {
    float[] inputs = new float[count * image.length];
    float[] noise = new float[count * latents];
    for (int k = 0; k < count; k++) {
      System.arraycopy(image, 0, inputs, k * image.length, image.length);
      float[] drawn = new NormalStream(seed, index, FIRST_STREAM + from + k).draw(latents);
      System.arraycopy(drawn, 0, noise, k * latents, latents);
    }
    float[] values = autoencoder.run(inputs, noise);
    List<Pass> passes = new ArrayList<>();
    for (int k = 0; k < count; k++) {
      int own = k * (2 * latents + image.length);
      passes.add(
          new Pass(
              Arrays.copyOfRange(values, own, own + latents),
              Arrays.copyOfRange(values, own + latents, own + 2 * latents),
              Arrays.copyOfRange(noise, k * latents, (k + 1) * latents),
              Arrays.copyOfRange(values, own + 2 * latents, own + 2 * latents + image.length)));
    }
    return passes;
  }
}
