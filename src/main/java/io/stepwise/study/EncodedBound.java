package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.EncodedLevels;
import io.stepwise.diffusion.LogVarianceBounds;
import io.stepwise.diffusion.NormalStream;
import io.stepwise.diffusion.PixelBins;
import io.stepwise.diffusion.PixelLikelihood;
import io.stepwise.diffusion.StepMatrix;
import io.stepwise.diffusion.StepRow;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepInput;
import io.stepwise.network.StepKernel;
import io.stepwise.network.StepOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures an {@link EncodedReport}: every image at every level, once, with a draw of the encoder's
 * noise; the divergences are exact given the draw. Confined to one thread.
 */
public final class EncodedBound {

  private static final StepMatrix NOISE_ONLY = StepMatrix.of(new double[] {0, 0, 0});

  /** The first draw of noise that no sample begins with, so that both may share a seed. */
  private static final int FIRST_STREAM = 1 << 20;

  private final StepKernel kernel;
  private final @Nullable Encoder encoder;
  private final ModelDescription model;
  private final EncodedLevels levels;
  private final Options options;

  /** What makes the noise of an image. */
  @FunctionalInterface
  public interface Encoder {

    /**
     * Returns the means and then what the deviations' logarithms come from, [2 C, H, W] row-major.
     *
     * @param image [C, H, W] row-major
     * @param label class index
     */
    float[] encode(float[] image, long label);
  }

  /**
   * How a bound is measured.
   *
   * @param images test images, and as many training images, 1 or more
   * @param importanceSamples draws for each image of the tighter bound; 0 for none
   * @param withLabels whether the networks are told each image's own label, not "none"
   * @param seed of the images' order and the noise
   * @param batchSize images of one network call
   */
  public record Options(
      int images, int importanceSamples, boolean withLabels, long seed, int batchSize) {

    /** Returns how many images the network sees in all. */
    public long evaluations(EncodedLevels levels) {
      return (long) images * (levels.count() + 1 + importanceSamples);
    }
  }

  /**
   * What one image costs, in nats a dimension.
   *
   * @param steps by timestep from 1
   */
  private record Cost(double prior, double[] steps, double reconstruction, double importance) {

    double total() {
      double sum = prior + reconstruction;
      for (double step : steps) {
        sum += step;
      }
      return sum;
    }
  }

  /** The Gaussian of an image's noise. */
  private record Noise(float[] mean, double[] logDeviation) {

    double divergence() {
      double sum = 0;
      for (int j = 0; j < mean.length; j++) {
        double log = logDeviation[j];
        sum += (mean[j] * mean[j] + Math.exp(2 * log) - 2 * log - 1) / 2;
      }
      return sum / mean.length;
    }
  }

  /** An image of a data set. */
  private record Image(float[] pixels, int[] levels, long label, int index) {}

  /**
   * Makes the measurement ready.
   *
   * @param kernel runs the network that samples are drawn with; stays the caller's
   * @param encoder makes the noise; null for standard noise
   * @throws IllegalArgumentException if several draws are wanted of a model of more than one level
   */
  public EncodedBound(
      StepKernel kernel, @Nullable Encoder encoder, ModelDescription model, Options options) {
    this.kernel = kernel;
    this.encoder = encoder;
    this.model = model;
    this.levels = EncodedLevels.of(model.scheduler());
    this.options = options;
    requireImportance(levels, options.importanceSamples());
  }

  /** Throws if several draws are wanted of a model of more than one level. */
  public static void requireImportance(EncodedLevels levels, int importanceSamples) {
    if (importanceSamples > 0 && levels.count() > 1) {
      throw new IllegalArgumentException(
          "importance samples: %d (expected: 0 for a model of %d levels)"
              .formatted(importanceSamples, levels.count()));
    }
  }

  /**
   * Measures the bound.
   *
   * @param onEvaluations told how many images the network has seen since it was last told
   */
  public EncodedReport measure(
      ImageDataset training, ImageDataset test, IntConsumer onEvaluations) {
    double deviation = deviation(training, onEvaluations);
    List<Cost> costs = new ArrayList<>();
    for (Image image : images(test)) {
      costs.add(cost(image, deviation, onEvaluations));
    }
    List<Spread> steps = new ArrayList<>();
    for (int t = levels.count() - 1; t > 0; t--) {
      int step = t - 1;
      steps.add(bits(costs, cost -> cost.steps()[step]));
    }
    return new EncodedReport(
        bits(costs, Cost::total),
        bits(costs, Cost::prior),
        steps,
        bits(costs, Cost::reconstruction),
        deviation,
        bits(costs, Cost::importance),
        options.importanceSamples(),
        options.images());
  }

  private static Spread bits(List<Cost> costs, ToDoubleFunction<Cost> nats) {
    return Spread.of(
        costs.stream()
            .mapToDouble(cost -> PixelLikelihood.bits(nats.applyAsDouble(cost)))
            .toArray());
  }

  private List<Image> images(ImageDataset dataset) {
    int[] order = new EpochOrder(options.seed(), dataset.count()).order(0);
    List<Image> images = new ArrayList<>();
    for (int i = 0; i < options.images(); i++) {
      float[] pixels = dataset.image(order[i]);
      int[] bins = IntStream.range(0, pixels.length).map(j -> PixelBins.level(pixels[j])).toArray();
      images.add(new Image(pixels, bins, label(dataset.label(order[i])), i));
    }
    return images;
  }

  private long label(int own) {
    boolean mustTell = !model.labels().isEmpty() && !model.hasNoneLabel();
    return (options.withLabels() || mustTell) && own >= 0 ? own : model.noneLabel();
  }

  private double deviation(ImageDataset training, IntConsumer onEvaluations) {
    List<int[]> pixels = new ArrayList<>();
    List<float[]> estimates = new ArrayList<>();
    EncodedLevels.Level first = levels.at(0);
    for (Image image : images(training)) {
      StepInput input = input(image, noise(image), first, draw(image, 0));
      pixels.add(image.levels());
      estimates.add(Objects.requireNonNull(kernel.run(List.of(input)).get(0).denoised()));
      onEvaluations.accept(1);
    }
    return PixelDecoder.deviation(pixels, estimates);
  }

  private Cost cost(Image image, double deviation, IntConsumer onEvaluations) {
    Noise noise = noise(image);
    double[] steps = new double[levels.count() - 1];
    double reconstruction = Double.NaN;
    for (int from = 0; from < levels.count(); from += options.batchSize()) {
      int count = Math.min(options.batchSize(), levels.count() - from);
      List<StepInput> batch = new ArrayList<>();
      for (int t = from; t < from + count; t++) {
        batch.add(input(image, noise, levels.at(t), draw(image, t)));
      }
      List<StepOutput> outputs = kernel.run(batch);
      for (int k = 0; k < count; k++) {
        int timestep = from + k;
        float[] estimate = Objects.requireNonNull(outputs.get(k).denoised());
        if (timestep == 0) {
          reconstruction = PixelDecoder.cost(image.levels(), estimate, deviation);
        } else {
          steps[timestep - 1] = step(image, noise, timestep, outputs.get(k), batch.get(k));
        }
      }
      onEvaluations.accept(count);
    }
    double importance = importance(image, noise, deviation, onEvaluations);
    return new Cost(noise.divergence(), steps, reconstruction, importance);
  }

  /** Returns what a reverse step costs, in nats a dimension. */
  private double step(Image image, Noise noise, int timestep, StepOutput output, StepInput input) {
    EncodedLevels.Step step = levels.at(timestep).step();
    float[] estimate = Objects.requireNonNull(output.denoised());
    float[] fresh = input.noise().draw(estimate.length);
    double sum = 0;
    for (int j = 0; j < estimate.length; j++) {
      double error = image.pixels()[j] + step.encodedWeight() * noise.mean()[j] - estimate[j];
      double share =
          levels.learnsVariance() && fresh[j] != 0 ? Math.log(output.x()[j] / fresh[j]) : 0;
      sum += step.divergence(error * error, share);
    }
    return sum / estimate.length;
  }

  /** Returns {@code -ln mean p(x | z) p(z) / q(z | x)} over draws z: Burda et al. 2016. */
  private double importance(Image image, Noise noise, double deviation, IntConsumer onEvaluations) {
    int samples = options.importanceSamples();
    double[] costs = new double[samples];
    for (int from = 0; from < samples; from += options.batchSize()) {
      int count = Math.min(options.batchSize(), samples - from);
      List<StepInput> batch = new ArrayList<>();
      for (int k = from; k < from + count; k++) {
        batch.add(input(image, noise, levels.at(0), draw(image, k)));
      }
      List<StepOutput> outputs = kernel.run(batch);
      for (int k = 0; k < count; k++) {
        float[] estimate = Objects.requireNonNull(outputs.get(k).denoised());
        costs[from + k] =
            estimate.length * PixelDecoder.cost(image.levels(), estimate, deviation)
                + logRatio(noise, batch.get(k).x(), draw(image, from + k));
      }
      onEvaluations.accept(count);
    }
    return samples == 0 ? Double.NaN : LogMean.ofCosts(costs) / image.pixels().length;
  }

  /** Returns {@code ln q(z | x) - ln p(z)}. */
  private static double logRatio(Noise noise, float[] latent, float[] draw) {
    double sum = 0;
    for (int j = 0; j < latent.length; j++) {
      double z = latent[j];
      sum += (z * z - draw[j] * draw[j]) / 2 - noise.logDeviation()[j];
    }
    return sum;
  }

  private float[] draw(Image image, int stream) {
    return new NormalStream(options.seed(), image.index(), FIRST_STREAM + stream)
        .draw(image.pixels().length);
  }

  private Noise noise(Image image) {
    int pixels = image.pixels().length;
    float[] mean = new float[pixels];
    double[] logDeviation = new double[pixels];
    if (encoder != null) {
      float[] output = encoder.encode(image.pixels(), image.label());
      System.arraycopy(output, 0, mean, 0, pixels);
      for (int j = 0; j < pixels; j++) {
        logDeviation[j] = EncodedLevels.logDeviation(output[pixels + j]);
      }
    }
    return new Noise(mean, logDeviation);
  }

  private StepInput input(Image image, Noise noise, EncodedLevels.Level level, float[] draw) {
    float[] state = new float[draw.length];
    for (int j = 0; j < state.length; j++) {
      double deviation = level.isLast() ? Math.exp(noise.logDeviation()[j]) : 1;
      state[j] =
          (float)
              (level.alpha() * image.pixels()[j]
                  + level.sigma() * (noise.mean()[j] + deviation * draw[j]));
    }
    NormalStream fresh =
        new NormalStream(options.seed(), image.index(), 2 * FIRST_STREAM + level.timestep());
    return new StepInput(row(level), state, new float[0], fresh, image.label(), 1, true);
  }

  /**
   * Returns the row that gives the estimate and, of a network with learned variance, a state that
   * is the fresh noise times exp(f), f being the network's share of the way between its bounds.
   */
  private StepRow row(EncodedLevels.Level level) {
    boolean learns = levels.learnsVariance();
    return new StepRow(
        level.timestep(),
        1,
        level.denoised().x(),
        level.denoised().out(),
        null,
        NOISE_ONLY,
        learns ? 1 : 0,
        learns ? new LogVarianceBounds(0, 2) : null);
  }
}
