package io.stepwise.study;

import io.stepwise.data.EpochOrder;
import io.stepwise.data.ImageDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What samples are compared with: test images for each seed, in the features of the classifier, and
 * what training images reach in place of samples. It depends on no model, so one serves any number
 * of comparisons. Confined to one thread.
 */
public final class SampleReference {

  /** The share of test images that are nearer to the training images than the bound of copies. */
  private static final double NEAR = 0.01;

  /**
   * How many images are compared.
   *
   * @param images images of each seed, {@link SampleQuality#LEAST_IMAGES} or more
   * @param seeds how many seeds, 1 or more
   * @param firstSeed the first of them; the others follow
   */
  public record Size(int images, int seeds, long firstSeed) {}

  private final ImageDataset training;
  private final Classifier classifier;
  private final Size size;
  private final int threads;
  private final double scale;
  private final double testAccuracy;
  private final double[] unseen;
  private final List<double[][]> real = new ArrayList<>();
  private final List<SampleQuality> floors = new ArrayList<>();

  /**
   * Reads the images.
   *
   * @param classifier stays the caller's, for as long as this is used
   * @param threads native threads of the calling thread
   */
  public SampleReference(
      ImageDataset training, ImageDataset test, Classifier classifier, Size size, int threads) {
    this.training = training;
    this.classifier = classifier;
    this.size = size;
    this.threads = threads;
    Classifier.Reading all =
        classifier.read(IntStream.range(0, test.count()).mapToObj(test::image).toList());
    this.scale = 1 / Features.rootMeanSquare(all.features());
    this.testAccuracy =
        Classifier.agreement(
            all.labels(), IntStream.range(0, test.count()).map(test::label).toArray());
    for (int s = 0; s < size.seeds(); s++) {
      double[][] own = features(images(test, seed(s)));
      real.add(own);
      floors.add(SampleQuality.of(features(images(training, seed(s))), own, seed(s)));
    }
    this.unseen = NearestImages.distances(images(test, size.firstSeed()), training, threads);
    Arrays.sort(unseen);
  }

  Size size() {
    return size;
  }

  /** Returns one of the seeds, by its index. */
  long seed(int index) {
    return size.firstSeed() + index;
  }

  /** Returns what the classifier says of samples. */
  Classifier.Reading read(List<float[]> samples) {
    return classifier.read(samples);
  }

  /** Compares samples with the real images of a seed. */
  SampleQuality quality(Classifier.Reading samples, int seedIndex) {
    return SampleQuality.of(
        Features.scaled(samples.features(), scale), real.get(seedIndex), seed(seedIndex));
  }

  /** Returns what training images reach in place of samples, for each seed. */
  List<SampleQuality> floors() {
    return floors;
  }

  /** Returns the share of the test images that the classifier gives their own label. */
  double testAccuracy() {
    return testAccuracy;
  }

  /** Returns how near samples are to training images. */
  SampleReport.Memory memory(List<float[]> samples) {
    double[] drawn = NearestImages.distances(samples, training, threads);
    Arrays.sort(drawn);
    double near = unseen[(int) (unseen.length * NEAR)];
    long copies = Arrays.stream(drawn).filter(distance -> distance < near).count();
    return new SampleReport.Memory(
        drawn[drawn.length / 2], unseen[unseen.length / 2], (double) copies / drawn.length);
  }

  private double[][] features(List<float[]> images) {
    return Features.scaled(classifier.read(images).features(), scale);
  }

  private List<float[]> images(ImageDataset dataset, long seed) {
    int[] order = new EpochOrder(seed, dataset.count()).order(0);
    return Arrays.stream(order).limit(size.images()).mapToObj(dataset::image).toList();
  }
}
