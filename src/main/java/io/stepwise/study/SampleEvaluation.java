package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import io.stepwise.diffusion.StepPlan;
import io.stepwise.network.BatchSampler;
import io.stepwise.network.ModelDescription;
import io.stepwise.network.StepKernel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Draws samples and compares them with real images, once for each seed: as many samples of every
 * label, against as many test images. Confined to one thread.
 */
public final class SampleEvaluation {

  /** The share of test images that are nearer to the training images than the bound of copies. */
  private static final double NEAR = 0.01;

  /**
   * What to draw.
   *
   * @param plan the sampler
   * @param guidance classifier-free guidance, 1 for none
   * @param images images of each seed, {@link SampleQuality#LEAST_IMAGES} or more
   * @param seeds how many seeds, 1 or more
   * @param firstSeed the first of them; the others follow
   * @param batchSize images of one network call, 1 or more
   * @param threads native threads
   */
  public record Options(
      StepPlan plan,
      double guidance,
      int images,
      int seeds,
      long firstSeed,
      int batchSize,
      int threads) {}

  private final ModelDescription model;
  private final ImageDataset training;
  private final ImageDataset test;
  private final Options options;

  /** Prepares a comparison; the data sets must fit the model. */
  public SampleEvaluation(
      ModelDescription model, ImageDataset training, ImageDataset test, Options options) {
    this.model = model;
    this.training = training;
    this.test = test;
    this.options = options;
  }

  /**
   * Draws and compares.
   *
   * @param onImages told how many images were drawn since it was last told
   */
  public SampleReport run(StepKernel kernel, Classifier classifier, IntConsumer onImages) {
    Classifier.Reading all = classifier.read(images(test));
    double scale = 1 / Features.rootMeanSquare(all.features());
    List<SampleQuality> quality = new ArrayList<>();
    List<SampleQuality> floors = new ArrayList<>();
    List<float[]> drawn = new ArrayList<>();
    double[] agreements = new double[options.seeds()];
    for (int s = 0; s < options.seeds(); s++) {
      long seed = options.firstSeed() + s;
      List<float[]> samples = draw(kernel, seed, onImages);
      drawn.addAll(samples);
      Classifier.Reading read = classifier.read(samples);
      agreements[s] = Classifier.agreement(read.labels(), labels());
      double[][] real = features(classifier, images(test, seed), scale);
      double[][] seen = features(classifier, images(training, seed), scale);
      quality.add(SampleQuality.of(Features.scaled(read.features(), scale), real, seed));
      floors.add(SampleQuality.of(seen, real, seed));
    }
    int[] testLabels = IntStream.range(0, test.count()).map(test::label).toArray();
    return new SampleReport(
        SampleQuality.spreads(quality),
        SampleQuality.spreads(floors),
        model.labels().isEmpty() ? Optional.empty() : Optional.of(Spread.of(agreements)),
        Classifier.agreement(all.labels(), testLabels),
        memory(drawn));
  }

  private static double[][] features(Classifier classifier, List<float[]> images, double scale) {
    return Features.scaled(classifier.read(images).features(), scale);
  }

  private List<float[]> draw(StepKernel kernel, long seed, IntConsumer onImages) {
    List<float[]> samples = new ArrayList<>();
    int[] labels = labels();
    for (int from = 0; from < options.images(); from += options.batchSize()) {
      int count = Math.min(options.batchSize(), options.images() - from);
      List<BatchSampler.Request> requests = new ArrayList<>();
      for (int i = from; i < from + count; i++) {
        requests.add(new BatchSampler.Request(seed, i, labels[i], options.guidance()));
      }
      BatchSampler.sample(kernel, options.plan(), model.shape(), requests).stream()
          .map(Pixels::clipped)
          .forEach(samples::add);
      onImages.accept(count);
    }
    return samples;
  }

  /** Returns the labels asked for, each as often as the others; 0 without labels. */
  private int[] labels() {
    int count = Math.max(1, model.labels().size());
    return IntStream.range(0, options.images()).map(i -> i % count).toArray();
  }

  private List<float[]> images(ImageDataset dataset, long seed) {
    int[] order = new EpochOrder(seed, dataset.count()).order(0);
    return Arrays.stream(order).limit(options.images()).mapToObj(dataset::image).toList();
  }

  private static List<float[]> images(ImageDataset dataset) {
    return IntStream.range(0, dataset.count()).mapToObj(dataset::image).toList();
  }

  private SampleReport.Memory memory(List<float[]> samples) {
    double[] drawn = NearestImages.distances(samples, training, options.threads());
    double[] unseen =
        NearestImages.distances(images(test, options.firstSeed()), training, options.threads());
    Arrays.sort(drawn);
    Arrays.sort(unseen);
    double near = unseen[(int) (unseen.length * NEAR)];
    long copies = Arrays.stream(drawn).filter(distance -> distance < near).count();
    return new SampleReport.Memory(
        drawn[drawn.length / 2], unseen[unseen.length / 2], (double) copies / drawn.length);
  }
}
