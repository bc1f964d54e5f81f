package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.SchedulerConfig;
import io.stepwise.family.Networks;
import io.stepwise.network.DiffusersModel;
import io.stepwise.network.ImageEncoder;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.NetworkWeights;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures an {@link EncodedReport}: for each image the states of the model are drawn once as the
 * encoder has them; their divergences are exact given the draw. Confined to one thread.
 */
public final class EncodedBound {

  private static final String HIERARCHICAL = "hierarchical";

  private final LatentChain chain;
  private final ModelDescription model;
  private final Options options;

  /**
   * How a bound is measured.
   *
   * @param images test images, and as many training images, 1 or more
   * @param importanceSamples draws for each image of the tighter bound; 0 for none
   * @param withLabels whether the networks are told each image's own label, not "none"
   * @param seed of the images' order and the noise
   * @param batchSize draws of one network call
   */
  public record Options(
      int images, int importanceSamples, boolean withLabels, long seed, int batchSize) {

    /** Returns how many draws of an image's states are made in all. */
    public long draws() {
      return (long) images * (2 + importanceSamples);
    }
  }

  /** What one image costs, in nats a dimension. */
  private record Cost(LatentChain.Pass pass, double reconstruction, double importance) {

    double total() {
      return pass.total() + reconstruction;
    }
  }

  EncodedBound(LatentChain chain, ModelDescription model, Options options) {
    this.chain = chain;
    this.model = model;
    this.options = options;
  }

  /**
   * Returns the measurement of a model.
   *
   * @param kernel runs the network that samples are drawn with; stays the caller's
   * @param encoder makes the noise; null for standard noise; stays the caller's
   * @throws IllegalArgumentException if the model is of no family with an encoder
   */
  static EncodedBound of(
      StepKernel kernel, @Nullable ImageEncoder encoder, ModelDescription model, Options options) {
    SchedulerConfig scheduler = model.scheduler();
    ImageNoise.Encoder encode = encoder == null ? null : encoder::run;
    LatentChain chain =
        scheduler.solver().equals(HIERARCHICAL)
            ? new HierarchyChain(kernel, encode, scheduler.latentHierarchy())
            : new NoiseChain(kernel, encode, EncodedLevels.of(scheduler));
    return new EncodedBound(chain, model, options);
  }

  /**
   * Measures a model with the encoder in its folder, or with standard noise where it has none.
   *
   * @param kernel of the model, on the calling thread; stays the caller's
   * @param threads native threads of the encoder
   * @param onDraws told how many draws were made since it was last told; {@link Options#draws} in
   *     all
   * @throws IllegalArgumentException if the model is of no family with an encoder
   */
  public static EncodedReport measure(
      DiffusersModel model,
      StepKernel kernel,
      Options options,
      ImageDataset training,
      ImageDataset test,
      int threads,
      IntConsumer onDraws) {
    Optional<NetworkWeights> encoder = model.companion(Networks.ENCODER);
    try (ImageEncoder opened =
        encoder.map(network -> ImageEncoder.open(network, threads)).orElse(null)) {
      return of(kernel, opened, model.description(), options).measure(training, test, onDraws);
    }
  }

  /**
   * Refuses what cannot be measured of a model.
   *
   * @throws IllegalArgumentException if the model is of no family with an encoder, or several draws
   *     are wanted of states that are not drawn together
   */
  public static void requireFit(SchedulerConfig scheduler, int importanceSamples) {
    if (scheduler.solver().equals(HIERARCHICAL)) {
      return;
    }
    int levels = EncodedLevels.of(scheduler).count();
    if (importanceSamples > 0 && levels > 1) {
      throw new IllegalArgumentException(
          "importance samples: %d (expected: 0 for a model of %d noise levels)"
              .formatted(importanceSamples, levels));
    }
  }

  EncodedReport measure(ImageDataset training, ImageDataset test, IntConsumer onDraws) {
    double deviation = deviation(training, onDraws);
    List<Cost> costs = new ArrayList<>();
    int pixels = test.size();
    LatentUse use = new LatentUse(chain.noises() * pixels);
    NoiseRetrieval retrieval = new NoiseRetrieval();
    for (LatentChain.Image image : images(test)) {
      LatentChain.Pass pass = chain.passes(image, 0, 1).get(0);
      use.add(latent -> pass.noises().get(latent / pixels).divergence(latent % pixels));
      retrieval.add(pass.noises().get(0), image.stream(0).draw(pixels));
      onDraws.accept(1);
      costs.add(
          new Cost(
              pass,
              PixelDecoder.cost(image.levels(), pass.estimate(), deviation),
              importance(image, deviation, onDraws)));
    }
    return new EncodedReport(
        bits(costs, Cost::total),
        bits(costs, cost -> cost.pass().prior()),
        IntStream.range(0, chain.states() - 1)
            .mapToObj(step -> bits(costs, cost -> cost.pass().steps()[step]))
            .toList(),
        bits(costs, Cost::reconstruction),
        deviation,
        bits(costs, Cost::importance),
        options.importanceSamples(),
        use.count(),
        use.active(),
        retrieval.share(),
        costs.stream().map(cost -> PixelLikelihood.bits(cost.total())).toList());
  }

  private static Spread bits(List<Cost> costs, ToDoubleFunction<Cost> nats) {
    return Spread.of(
        costs.stream()
            .mapToDouble(cost -> PixelLikelihood.bits(nats.applyAsDouble(cost)))
            .toArray());
  }

  private List<LatentChain.Image> images(ImageDataset dataset) {
    int[] order = new EpochOrder(options.seed(), dataset.count()).order(0);
    List<LatentChain.Image> images = new ArrayList<>();
    for (int i = 0; i < options.images(); i++) {
      float[] pixels = dataset.image(order[i]);
      int[] levels = PixelBins.levels(pixels);
      long label = label(dataset.label(order[i]));
      images.add(new LatentChain.Image(pixels, levels, label, options.seed(), i));
    }
    return images;
  }

  private long label(int own) {
    boolean mustTell = !model.labels().isEmpty() && !model.hasNoneLabel();
    return (options.withLabels() || mustTell) && own >= 0 ? own : model.noneLabel();
  }

  private double deviation(ImageDataset training, IntConsumer onDraws) {
    List<int[]> pixels = new ArrayList<>();
    List<float[]> estimates = new ArrayList<>();
    for (LatentChain.Image image : images(training)) {
      pixels.add(image.levels());
      estimates.add(chain.passes(image, 0, 1).get(0).estimate());
      onDraws.accept(1);
    }
    return PixelDecoder.deviation(pixels, estimates);
  }

  /**
   * Returns {@code -ln mean p(x | z) p(z) / q(z | x)} over draws of the states z: Burda et al. 2016
   * (arXiv:1509.00519), equation 8.
   */
  private double importance(LatentChain.Image image, double deviation, IntConsumer onDraws) {
    int samples = options.importanceSamples();
    int pixels = image.pixels().length;
    double[] costs = new double[samples];
    for (int from = 0; from < samples; from += options.batchSize()) {
      int count = Math.min(options.batchSize(), samples - from);
      List<LatentChain.Pass> passes = chain.passes(image, from, count);
      for (int k = 0; k < count; k++) {
        LatentChain.Pass pass = passes.get(k);
        double reconstruction = PixelDecoder.cost(image.levels(), pass.estimate(), deviation);
        costs[from + k] = pixels * reconstruction + pass.logRatio();
      }
      onDraws.accept(count);
    }
    return samples == 0 ? Double.NaN : costOfMean(costs) / pixels;
  }

  /**
   * Returns {@code -ln mean(exp(-cost))} of costs whose probabilities are too small for a double.
   */
  static double costOfMean(double[] costs) {
    double least = Arrays.stream(costs).min().orElse(Double.NaN);
    double sum = Arrays.stream(costs).map(cost -> Math.exp(least - cost)).sum();
    return least - Math.log(sum / costs.length);
  }
}
